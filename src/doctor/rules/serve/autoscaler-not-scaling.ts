import {whyNotScaling} from '../../autoscaler.js'
import {defineObjectRule} from '../../rule.js'

/** The autoscaler controller says so in the conditions `AbleToScale` and `ScalingActive` of the HorizontalPodAutoscaler itself. */
export default defineObjectRule({
  id: 'autoscaler-not-scaling',
  judges: 'HorizontalPodAutoscaler',
  phase: 'serve',
  severity: 'error',
  heals: 'never',
  title: 'The HorizontalPodAutoscaler cannot scale: no metrics, no request to measure by, or no such target',
  explain: `An autoscaler compares what the pods use with what they request, so it needs both: a server of metrics (metrics-server for CPU and memory), and
a request in every container of the pod, of which averageUtilization is a percentage. While one is missing it leaves the number of replicas as it is.`,

  * check(subject) {
    const verdict = whyNotScaling(subject, subject.object)
    if (verdict) yield verdict
  },
})
