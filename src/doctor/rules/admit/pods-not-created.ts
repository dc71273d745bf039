import {citeRefusal, wordsOf} from '../../admission.js'
import {wordOf} from '../../fix.js'
import {defineWorkloadRule} from '../../rule.js'

export default defineWorkloadRule({
  id: 'pods-not-created',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  title: 'The API server refuses the pods of a workload',
  explain: `A controller asks the API server for pods, and the API server (or an admission webhook) says no, so there is no pod to look at.
The words stand in the condition ReplicaFailure of a Deployment or ReplicaSet; of a StatefulSet, DaemonSet or Job there are only events,
which are gone after an hour. The controller tries again with growing pauses, up to about a quarter of an hour.`,

  * check(workload) {
    const refusal = workload.refusals[0]
    if (!refusal) return
    yield {
      summary: `The API server refuses the pods of ${wordOf(workload.ref)}: ${wordsOf(refusal).replace(/\.$/, '')}.`,
      evidence: citeRefusal(workload, refusal),
      fixes: [],
      culprit: workload.owner.ref,
    }
  },
})
