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
    const gates = (patient.pod.spec?.readinessGates ?? []).map(({conditionType}) => conditionType).filter(type => patient.condition(type)?.status !== 'True')
    yield {
      summary: `The containers are ready, but readiness gate ${gates.map(gate => `"${gate}"`).join(', ')} is not met: ${ready.message}`,
      evidence: [patient.cite(patient.pod, `${ready.path}.reason`), patient.cite(patient.pod, `${ready.path}.message`), patient.cite(patient.pod, 'spec.readinessGates')],
      fixes: [{action: `Look at the controller that sets condition ${gates.map(gate => `"${gate}"`).join(', ')} on pods: it has not done so`}],
      culprit: {kind: 'ReadinessGate', name: gates.join(',')},
    }
  },
})
