import type {Deployment} from '../../../kube/types.js'
import {wordOf} from '../../fix.js'
import {setBy} from '../../guard.js'
import {defineWorkloadRule} from '../../rule.js'

export default defineWorkloadRule({
  id: 'rollout-paused',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  title: 'The Deployment is paused and its newest template is not rolled out',
  explain: `A paused Deployment does not act on changes of its template: they are stored, and no pod is replaced until it is resumed. A Deployment
that is paused from the start gets no pods at all. It is still scaled, and nothing in the pods tells of it.`,

  * check(workload) {
    const {object, ref} = workload
    if (ref.kind !== 'Deployment') return
    const {spec, status = {}} = object as Deployment
    const [wanted, updated] = [spec?.replicas ?? 1, status.updatedReplicas ?? 0]
    // What holds up the pods that it has already is told by these.
    if (!spec?.paused || updated >= wanted || (updated > 0 && (status.unavailableReplicas ?? 0) > 0)) return
    const who = setBy(object, 'spec.paused')
    yield {
      summary: (status.replicas ?? 0) === 0 ? `Deployment "${ref.name}" is paused, so it has made no pods.`
        : `Deployment "${ref.name}" is paused, so its newest template is not rolled out: ${updated} of ${wanted} pods ${updated === 1 ? 'has' : 'have'} it${(status.readyReplicas ?? 0) > updated ? ', the others run the one before' : ''}.`,
      evidence: [workload.cite(object, 'spec.paused'), ...workload.citeIfPresent(object, 'status.updatedReplicas')],
      fixes: [{action: `Resume the rollout${who ? `; paused was ${who}` : ''}`, commands: [['kubectl', 'rollout', 'resume', wordOf(ref)]], effect: 'changes-spec', ...((status.replicas ?? 0) > 0 && {restarts: wanted - updated})}],
      culprit: {...ref, part: 'paused'},
    }
  },
})
