import {whyNotScaling} from '../../autoscaler.js'
import {defineWellPodRule} from '../../rule.js'

/** A pod that is well and was named, whose workload has an autoscaler that cannot do its work. */
export default defineWellPodRule({
  id: 'workload-not-autoscaled',
  judges: 'well pod',
  phase: 'serve',
  severity: 'warning',
  heals: 'never',
  title: 'The pod is well, but the autoscaler of its workload cannot scale it',
  explain: `The pods run, and their number stays what it is whatever they have to do: the HorizontalPodAutoscaler of their workload has no metrics to go by,
or finds no request in a container of which it could take a percentage.`,

  * check(patient) {
    const {kind, name} = patient.owner.ref
    for (const hpa of patient.list('HorizontalPodAutoscaler') ?? []) {
      const {scaleTargetRef} = hpa.spec ?? {}
      const verdict = scaleTargetRef?.kind === kind && scaleTargetRef.name === name ? whyNotScaling(patient, hpa) : undefined
      if (verdict) yield {...verdict, about: hpa.metadata?.name ?? ''}
    }
  },
})
