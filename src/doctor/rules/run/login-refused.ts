import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {loginOf} from '../../database-login.js'
import {defineRule} from '../../rule.js'

/**
 * The words are of the server (PostgreSQL 28P01, MySQL 1045, Redis NOAUTH and WRONGPASS, MongoDB 18, SASL), as its clients pass them on. It was reached: no name,
 * no port and no policy is at fault. That the Secret or its key is missing keeps the container from being made, and is another fault.
 */
export default defineRule({
  id: 'login-refused',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The server that the program needs refuses its login',
  explain: `Client and server must have the same password, best from the same key of the same Secret. Databases read the password of their first user only when they
make their files: when a Secret is changed later, the clients get the new password and the server keeps the old one. A value that was made with
"echo" ends in a newline, which belongs to the password then.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'login')
      const login = said && loginOf(patient, container, said)
      if (!said || !login) continue
      const {words, evidence, fixes, culprit, likely} = login
      yield {container: container.name, summary: `${failsWith(container, said)}: ${words}.`, evidence: [...said.evidence, ...evidence], fixes, culprit, ...(likely && {likely})}
    }
  },
})
