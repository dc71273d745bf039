import {BROADER, saidBy} from '../../complaint.js'
import {defineRule} from '../../rule.js'
import {unreached} from '../../unreached.js'

/**
 * ECONNREFUSED, in the words of each runtime. kube-proxy refuses for a Service without ready endpoints; else the pod behind it does, because nothing
 * listens on the port. A name that is not resolved, and a connection that nobody answers, are other faults.
 */
export default defineRule({
  id: 'connection-refused',
  phase: 'run',
  severity: 'error',
  heals: 'by itself',
  refines: BROADER,
  title: 'What the program needs refuses the connection',
  explain: `A connection is refused at once when nothing listens at its other end: the Service has no pod that is ready, it sends to a port on which
its pods do not listen, or the program asks for a port that the Service does not have. The fault is then at the other end, and the
program that complains is its first victim.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'refused')
      const symptom = said && unreached(patient, container, said, 'refused')
      if (symptom) yield symptom
    }
  },
})
