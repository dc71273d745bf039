import {defineRule} from '../../rule.js'

export default defineRule({
  id: 'pod-not-ready',
  phase: 'ready',
  severity: 'error',
  heals: 'by itself',
  title: 'Every container is ready, but the pod is not',
  explain: `A pod is ready when its containers are and every condition that it lists under readinessGates is True. Those conditions are set by a
controller outside of the cluster's own (a load balancer's, for example); when it is not there, or cannot do its work, the pod waits for it.`,

  * check(patient) {
    const ready = patient.condition('Ready')
    if (ready?.status !== 'False' || ready.reason !== 'ReadinessGatesNotReady') return
    for (const [i, {conditionType: gate}] of (patient.pod.spec?.readinessGates ?? []).entries()) {
      const set = patient.condition(gate)
      if (set?.status === 'True') continue
      yield {
        about: gate,
        summary: set ? `The containers are ready, but readiness gate "${gate}" is ${set.status}${set.message ? `: ${set.message}` : '.'}` : `The containers are ready, but nobody has set the pod's readiness gate "${gate}".`,
        evidence: [patient.cite(patient.pod, `${ready.path}.message`), patient.cite(patient.pod, `spec.readinessGates[${i}].conditionType`), ...(set ? [patient.cite(patient.pod, `${set.path}.status`)] : [])],
        fixes: [{action: set ? `Mend what the controller of "${gate}" says of the pod` : `Look whether the controller that sets "${gate}" on pods runs, and what it says of this pod`}],
        culprit: {kind: 'ReadinessGate', name: gate},
      }
    }
  },
})
