import {logOfEnd} from '../../log-scan.js'
import {distance} from '../../near-miss.js'
import {passwordFixes} from '../../root-password.js'
import {defineRule} from '../../rule.js'

/** docker-entrypoint.sh of the images mysql, mariadb and percona, when the data directory is empty: mysql 5.7 to 9, mariadb 10 and 11. */
const NO_PASSWORD = /Database is uninitialized and password option is not specified/
const READ = /^(?:MYSQL|MARIADB)_(?:ROOT_PASSWORD|ROOT_PASSWORD_FILE|ROOT_PASSWORD_HASH|ALLOW_EMPTY_PASSWORD|ALLOW_EMPTY_ROOT_PASSWORD|RANDOM_ROOT_PASSWORD)$/

export default defineRule({
  id: 'mysql-password-not-set',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: ['container-exited', 'init-container-failed'],
  title: 'The MySQL or MariaDB image has no root password to begin with',
  explain: `On an empty data directory the image sets up a database, and for that it must be told the root password: by MYSQL_ROOT_PASSWORD (or
MARIADB_ROOT_PASSWORD), by a file that MYSQL_ROOT_PASSWORD_FILE names, or by MYSQL_RANDOM_ROOT_PASSWORD to have one made up. MYSQL_PASSWORD is another thing: the password of the user MYSQL_USER.
Once the database exists the variable is not read any more.`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, spec, ended, specPath} = container
      const log = ended.exitCode === 0 || container.status?.ready ? undefined : logOfEnd(patient, container)
      const line = log?.text.split('\n').findIndex(text => NO_PASSWORD.test(text)) ?? -1
      if (!log || line < 0) continue
      const wanted = /MARIADB_ROOT_PASSWORD/.test(log.text) && !/MYSQL_ROOT_PASSWORD/.test(log.text) ? 'MARIADB_ROOT_PASSWORD' : 'MYSQL_ROOT_PASSWORD'
      const names = (spec.env ?? []).map(variable => variable.name)
      const empty = names.find(variable => READ.test(variable))
      // MYSQL_ROOT_HOST and its like are read, for something else.
      const near = names.filter(variable => !READ.test(variable) && /ROOT/i.test(variable) && /PASS|PWD?$/i.test(variable)).toSorted((a, b) => distance(a, wanted) - distance(b, wanted))[0]
      const other = names.find(variable => variable === 'MYSQL_PASSWORD' || variable === 'MARIADB_PASSWORD')
      const told = empty ?? near ?? other
      yield {
        container: name,
        summary: `Container "${name}" cannot set up its database: ${empty ? `${empty} is there, but empty` : `${wanted} is not set`}${
          empty ? '' : near ? `; ${near} is, a name that the image does not read` : other ? `; ${other} is, which is for another user than root` : ''}.`,
        evidence: [patient.citeLog(log, line), patient.cite(patient.pod, `${ended.path}.exitCode`), ...(told === undefined ? [] : [patient.cite(patient.pod, `${specPath}.env[${names.indexOf(told)}].name`)])],
        fixes: passwordFixes(patient, container, wanted, empty ? undefined : near),
        culprit: {...patient.owner.ref, part: `${name} ${wanted}`},
      }
    }
  },
})
