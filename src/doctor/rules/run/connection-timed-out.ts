import {BROADER, saidBy} from '../../complaint.js'
import {defineRule} from '../../rule.js'
import {unreached} from '../../unreached.js'

/**
 * ETIMEDOUT and the time-outs that programs set themselves, in the words of each runtime: packets are dropped on the way. A NetworkPolicy does that, and
 * an endpoint on a node that is gone. Who refuses answers at once: that is connection-refused.
 */
export default defineRule({
  id: 'connection-timed-out',
  phase: 'run',
  severity: 'error',
  heals: 'by itself',
  refines: BROADER,
  title: 'What the program needs does not answer',
  explain: `A connection that is neither accepted nor refused ends in a time-out: somebody on the way drops the packets. Inside a cluster that is most
often a NetworkPolicy: as soon as one selects a pod, only what some policy admits may come in (or go out). The pod that sends and the pod that
receives may each be selected by one.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'timeout')
      const symptom = said && unreached(patient, container, said, 'timed out')
      if (symptom) yield symptom
    }
  },
})
