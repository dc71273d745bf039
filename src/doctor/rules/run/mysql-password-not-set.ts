import {changing, editTemplate, wordOf} from '../../fix.js'
import {logOfEnd} from '../../log-scan.js'
import {distance} from '../../near-miss.js'
import {templateSpecOf} from '../../owner.js'
import type {Ended, Patient} from '../../patient.js'
import {keysOf} from '../../references.js'
import {defineRule} from '../../rule.js'
import type {Fix} from '../../types.js'
import type {KubeObject} from '../../../kube/types.js'

/** docker-entrypoint.sh of the images mysql, mariadb and percona, when the data directory is empty: mysql 5.7 to 9, mariadb 10 and 11. */
const NO_PASSWORD = /Database is uninitialized and password option is not specified/
const READ = /^(?:MYSQL|MARIADB)_(?:ROOT_PASSWORD|ROOT_PASSWORD_FILE|ALLOW_EMPTY_PASSWORD|ALLOW_EMPTY_ROOT_PASSWORD|RANDOM_ROOT_PASSWORD)$/

/** Where the password may come from: a variable that is nearly called right, a Secret that has it, or the image itself, which makes one up. */
function cures(patient: Patient, {name, role, spec}: Ended, wanted: string, near: string | undefined): Fix[] {
  const {owner} = patient
  const at = `${role === 'main' ? 'containers' : 'initContainers'}[${name}]`
  const rename = near === undefined ? undefined : editTemplate(patient, [{path: `${at}.env[${near}].name`, to: wanted}])
  const secrets = (patient.list('Secret', {namespace: patient.namespace, metadataOnly: true}) ?? []) as KubeObject[]
  const fitting = secrets.flatMap(secret => keysOf(secret).filter(key => /^(?:mysql|mariadb)?[-_.]?root[-_.]?password$/i.test(key)).map(key => ({secret: secret.metadata?.name ?? '', key})))[0]
  const [prefix] = wanted.split('ROOT')
  const own = fitting && /^(?:mysql|mariadb)/i.test(fitting.key)
  const known = templateSpecOf(owner) !== undefined
  return [
    ...(rename ? [{action: `Call the variable ${wanted}: the image does not read ${near}`, ...rename}] : []),
    ...(fitting && known ? [{
      action: `Take the password from key "${fitting.key}" of Secret "${fitting.secret}"`,
      ...changing(owner, [['kubectl', 'set', 'env', wordOf(owner.ref), '-c', name, `--from=secret/${fitting.secret}`, `--keys=${fitting.key}`, ...(own ? [] : [`--prefix=${prefix}`])]]),
    }] : []),
    ...(known && spec.image ? [{
      action: `Or let the image make up a root password, which it prints into its log once`,
      ...changing(owner, [['kubectl', 'set', 'env', wordOf(owner.ref), '-c', name, `${prefix}RANDOM_ROOT_PASSWORD=yes`]]),
    }] : [{action: `Set ${wanted} in ${wordOf(owner.ref)}, best from a Secret`}]),
  ]
}

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
      const log = ended.exitCode === 0 ? undefined : logOfEnd(patient, container)
      const line = log?.text.split('\n').findIndex(text => NO_PASSWORD.test(text)) ?? -1
      if (!log || line < 0) continue
      const wanted = /MARIADB_ROOT_PASSWORD/.test(log.text) && !/MYSQL_ROOT_PASSWORD/.test(log.text) ? 'MARIADB_ROOT_PASSWORD' : 'MYSQL_ROOT_PASSWORD'
      const names = (spec.env ?? []).map(variable => variable.name)
      const empty = names.find(variable => READ.test(variable))
      const near = names.filter(variable => !READ.test(variable) && /ROOT/.test(variable) && distance(variable, wanted) <= 6).toSorted((a, b) => distance(a, wanted) - distance(b, wanted))[0]
      const other = names.find(variable => variable === 'MYSQL_PASSWORD' || variable === 'MARIADB_PASSWORD')
      yield {
        container: name,
        summary: `Container "${name}" cannot set up its database: ${empty ? `${empty} is there, but empty` : `${wanted} is not set`}${near ? `; ${near} is, a name that the image does not read` : other && !empty ? `; ${other} is, which is for another user than root` : ''}.`,
        evidence: [patient.citeLog(log, line), patient.cite(patient.pod, `${ended.path}.exitCode`), ...[empty ?? near ?? other].flatMap(variable => variable === undefined ? [] : [patient.cite(patient.pod, `${specPath}.env[${names.indexOf(variable)}].name`)])],
        fixes: cures(patient, container, wanted, empty ? undefined : near),
        culprit: {...patient.owner.ref, part: `${name} ${wanted}`},
      }
    }
  },
})
