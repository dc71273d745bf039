import {BROADER, saidBy} from '../../complaint.js'
import {editTemplate, wordOf} from '../../fix.js'
import {distance} from '../../near-miss.js'
import {defineRule} from '../../rule.js'
import {unsetVariable} from '../../missing-variable.js'

const WANTED = 'POSTGRES_PASSWORD'

/** docker-entrypoint.sh of the image postgres, on an empty data directory. A client whose password is refused is another fault. */
export default defineRule({
  id: 'postgres-password-not-set',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: [...BROADER, 'environment-variable-not-set'],
  title: 'The PostgreSQL image has no superuser password to begin with',
  explain: `On an empty data directory the image makes a database, and for that it must be told the password of its superuser by POSTGRES_PASSWORD (or a file that
POSTGRES_PASSWORD_FILE names). POSTGRES_HOST_AUTH_METHOD=trust lets everybody in without one. Once the database exists the variable is not read any more.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'postgres password')
      if (!said) continue
      const {name, spec, specPath, editPath} = container
      const names = (spec.env ?? []).map(variable => variable.name)
      const near = names.includes(WANTED) ? undefined : names.filter(other => other !== `${WANTED}_FILE` && /PASS|PWD?$/i.test(other)).toSorted((a, b) => distance(a, WANTED) - distance(b, WANTED))[0]
      const unset = near === undefined ? unsetVariable(patient, container, WANTED) : undefined
      yield {
        container: name,
        summary: `Container "${name}" cannot set up its database, as no superuser password is specified: ${near === undefined ? unset?.words ?? `${WANTED} is not set` : `${WANTED} is not set; ${near} is, a name that the image does not read`}.`,
        evidence: [...said.evidence, ...(near === undefined ? unset?.evidence ?? [] : [patient.cite(patient.pod, `${specPath}.env[${names.indexOf(near)}].name`)])],
        fixes: near === undefined ? unset?.fixes ?? [{action: `Set ${WANTED} in ${wordOf(patient.owner.ref)}, best from a Secret`}]
          : [{action: `Call the variable ${WANTED}: the image does not read ${near}`, ...editTemplate(patient, [{path: `${editPath}.env[${near}].name`, to: WANTED}])}],
        culprit: {...patient.owner.ref, part: `${name} ${WANTED}`},
      }
    }
  },
})
