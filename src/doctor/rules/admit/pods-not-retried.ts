import {changeTemplate, citeRefusal} from '../../admission.js'
import {wordOf} from '../../fix.js'
import {overtaken} from '../../overtaken.js'
import {defineWorkloadRule} from '../../rule.js'

export default defineWorkloadRule({
  id: 'pods-not-retried',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'by itself',
  refines: 'pods-not-created',
  title: 'The pods were refused for a reason that is gone, and their controller waits before it tries again',
  explain: `The API server has refused the pods of this workload, and what it objected to has been put right since. Controllers do not notice
that: they try again with pauses that double with every refusal, up to about a quarter of an hour. Nothing needs to be done but to wait; who
does not want to wait gives the controller a change to look at.`,

  * check(workload) {
    const refusal = workload.refusals[0]
    const since = refusal && overtaken(workload, refusal)
    if (!since) return
    const {counts: {made}, owner} = workload
    const restartable = made === 0 && ['Deployment', 'StatefulSet', 'DaemonSet'].includes(owner.ref.kind)
    yield {
      summary: `The API server refused the pods of ${wordOf(workload.ref)}, but ${since.words} by now; its controller has not tried again yet.`,
      evidence: [...citeRefusal(workload, refusal), ...since.evidence],
      fixes: [
        ...(restartable ? [{action: 'Make the controller try at once', ...changeTemplate(workload, word => ['kubectl', 'rollout', 'restart', word])}] : []),
        {action: 'Wait: the controller tries again by itself within a quarter of an hour'},
      ],
      culprit: owner.ref,
    }
  },
})
