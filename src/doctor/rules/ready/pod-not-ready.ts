import {nearMisses, STRONG} from '../../near-miss.js'
import {defineRule} from '../../rule.js'

/** Who sets the gates that are known by their names. */
const SETTERS: [RegExp, string][] = [
  [/^target-health\.(?:elbv2\.k8s|alb\.ingress\.k8s)\.aws\//, 'the AWS Load Balancer Controller, once the load balancer finds the pod healthy'],
  [/^cloud\.google\.com\/load-balancer-neg-ready$/, 'the NEG controller of GKE, once the load balancer finds the pod healthy'],
  [/^(?:apps\.kruise\.io\/|InPlaceUpdateReady$)/, 'OpenKruise'],
]

/** The containers are ready and the kubelet waits for a condition that somebody else has to set: `corresponding condition of pod readiness gate "x" does not exist.` */
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
    const gates = (patient.pod.spec?.readinessGates ?? []).map(({conditionType}) => conditionType)
    for (const [i, gate] of gates.entries()) {
      const set = patient.condition(gate)
      if (set?.status === 'True') continue
      const others = (patient.pod.status?.conditions ?? []).map(({type}) => type).filter(type => type?.includes('/') && !gates.includes(type))
      const near = set ? undefined : nearMisses(gate, others)[0]
      const meant = near && near.score >= STRONG ? near.name : undefined
      const setter = SETTERS.find(([pattern]) => pattern.test(gate))?.[1] ?? (gate.includes('/') ? `a controller of ${gate.split('/')[0]}` : 'a controller of its own')
      yield {
        about: gate,
        summary: set ? `The containers are ready, but readiness gate "${gate}" is ${set.status}${set.message ? `: ${set.message}` : '.'}`
          : `The containers are ready, but nobody has set the pod's readiness gate "${gate}"; ${meant === undefined ? `${setter} would` : `the pod has a condition "${meant}" instead`}.`,
        evidence: [patient.cite(patient.pod, `${ready.path}.message`), patient.cite(patient.pod, `spec.readinessGates[${i}].conditionType`), ...(set ? [patient.cite(patient.pod, `${set.path}.status`)] : [])],
        fixes: [{action: set ? `Mend what the controller of "${gate}" says of the pod` : meant === undefined ? `Let the controller that sets "${gate}" run and know this pod, or take the gate out of the pod's template`
          : `Name the readiness gate "${meant}" in the pod's template`}],
        culprit: {kind: 'ReadinessGate', name: gate},
      }
    }
  },
})
