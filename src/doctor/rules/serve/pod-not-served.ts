import {keyOfRef, refOf} from '../../cite.js'
import {defineWellPodRule} from '../../rule.js'
import {matches} from '../../selector.js'
import {isThere, podsAbsent} from '../../service-pods.js'
import {portObstacle} from '../../service-target.js'

/** A pod that is well and was named: a Service that is meant for it and misses it, or that sends to a port on which it does not listen. */
export default defineWellPodRule({
  id: 'pod-not-served',
  judges: 'well pod',
  phase: 'serve',
  severity: 'warning',
  heals: 'never',
  title: 'The pod is well, but the Service that is meant for it does not reach it',
  explain: `The pod runs and is ready, and still nobody gets an answer: the Service in front of it selects labels that the pod does not have, or sends to
another port than the one on which the program listens. Neither shows at the pod itself.`,

  * check(patient) {
    for (const service of patient.list('Service') ?? []) {
      const {selector = {}, type, ports = []} = service.spec ?? {}
      if (type === 'ExternalName' || Object.keys(selector).length === 0) continue
      if (matches({matchLabels: selector}, patient.pod.metadata?.labels)) {
        for (const port of ports) {
          const obstacle = typeof port.port !== 'number' ? undefined : portObstacle(patient, service, port, [patient.pod])
          if (!obstacle || obstacle.likely) continue
          const {words, ...symptom} = obstacle
          yield {...symptom, about: `${service.metadata?.name} ${port.port}`, summary: `${words}.`}
        }
        continue
      }
      if (patient.list('Pod', {namespace: patient.namespace, selector: {matchLabels: selector}})?.filter(isThere).length !== 0) continue
      const obstacle = podsAbsent(patient, service)
      // Only where it is this pod's workload that the selector misses by a label.
      const own = [patient.ref, patient.owner.ref].map(keyOfRef)
      if (!obstacle?.meant || !own.includes(keyOfRef(refOf(obstacle.meant)))) continue
      const {words, meant: _, ...symptom} = obstacle
      yield {...symptom, about: service.metadata?.name ?? '', summary: `${words}.`}
    }
  },
})
