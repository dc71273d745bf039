import {logOfEnd} from '../../log-scan.js'
import {wordOf} from '../../fix.js'
import {environmentReferences, keysOf} from '../../references.js'
import {defineRule} from '../../rule.js'

/** What servers and clients say of a login that is wrong, or of a header or an address with a newline in it. */
const REFUSED = /authentication failed|access denied for user|NOAUTH|WRONGPASS|invalid (?:username|password|credentials?|token|api[ -]?key)|login failed|incorrect (?:username|password)|unauthorized|\b401\b|bad credentials|auth(?:entication)? error|invalid header (?:field )?value|illegal (?:character|header)|invalid control character/i

/** The value of a Secret is never read: the source only notes how long it is and that it ends in a newline. */
export default defineRule({
  id: 'secret-trailing-newline',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: ['container-exited', 'init-container-failed'],
  title: 'A password from a Secret ends in a newline, and the login fails',
  explain: `A value that was made with "echo" (also with "echo ... | base64") ends in a newline. As an environment variable it keeps it, and a server that is asked with "secret\\n" refuses
the login that "secret" would pass. "echo -n" or "printf %s" write no newline; so does "kubectl create secret generic --from-literal".`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, ended} = container
      const log = ended.exitCode === 0 ? undefined : logOfEnd(patient, container)
      const line = log?.text.split('\n').findIndex(text => REFUSED.test(text)) ?? -1
      if (!log || line < 0) continue
      const found = environmentReferences(patient).filter(reference => reference.kind === 'Secret' && reference.container === name).flatMap(({name: secret, keys, path}) => {
        const object = patient.find('Secret', secret)
        if (!object) return []
        const used = keys.length > 0 ? keys.map(({key}) => key) : keysOf(object).filter(key => /pass|pwd|token|key|user|secret/i.test(key))
        return used.filter(key => object.facts?.keys[key]?.trailingNewline).map(key => ({object, secret, key, path}))
      })
      if (found.length === 0) continue
      const [{object, secret, key, path}] = found as [typeof found[0]]
      yield {
        container: name, likely: true,
        summary: `Key "${key}" of Secret "${secret}" ends in a newline, which container "${name}" sends along: ${log.text.split('\n')[line]!.trim()}`,
        evidence: [patient.cite(object, `facts.keys["${key}"].trailingNewline`), patient.cite(patient.pod, path), patient.citeLog(log, line)],
        fixes: [{action: `Write key "${key}" of Secret "${secret}" again without the newline (printf %s or --from-literal instead of echo), and restart ${wordOf(patient.owner.ref)}, which reads it when it starts`}],
        culprit: {kind: 'Secret', namespace: patient.namespace, name: secret, part: key},
      }
    }
  },
})
