import {namingFailure} from '../../address.js'
import {BROADER, saidBy} from '../../complaint.js'
import {defineRule} from '../../rule.js'
import {unknownName, unreached} from '../../unreached.js'

/**
 * The words are of the resolver (getaddrinfo of glibc and musl, Go's own, the JVM's, busybox) as each runtime passes them on. They tell that a name was not
 * resolved, seldom why: no such Service, DNS that is down, or a policy that keeps the pod from asking. A connection that is refused is another fault.
 */
export default defineRule({
  id: 'host-not-resolved',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The program cannot resolve the name of a host that it needs',
  explain: `Inside a cluster a short name like "db" is the Service of that name in the pod's own namespace; a Service of another namespace is called
"db.other". The name fails when there is no such Service, when the cluster's DNS does not answer, or when a NetworkPolicy lets the pod send
nothing to port 53. Names of single pods exist only behind a headless Service.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'name')
      const symptom = said && (unreached(patient, container, said, namingFailure(said.raw)) ?? unknownName(patient, container, said))
      if (symptom) yield symptom
    }
  },
})
