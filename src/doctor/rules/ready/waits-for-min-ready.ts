import type {Deployment, Pod} from '../../../kube/types.js'
import {valueAt} from '../../cite.js'
import {defineWorkloadRule} from '../../rule.js'

/** A pod that is ready counts as available only after `minReadySeconds`; until then the Deployment is behind and nothing is wrong. */
export default defineWorkloadRule({
  id: 'waits-for-min-ready',
  phase: 'ready',
  severity: 'warning',
  judges: 'workload',
  heals: 'by itself',
  title: 'All pods are ready, and minReadySeconds are not over yet',
  explain: `With minReadySeconds a pod has to stay ready for that long before its Deployment counts it as available and goes on with a rollout. It protects against pods that fall over
shortly after their start. Nothing has to be done but to wait; a very large number makes every rollout slow, and longer than progressDeadlineSeconds it makes it fail.`,

  * check(workload) {
    const {object, ref: {kind, name}} = workload
    const {spec, status} = object as Deployment
    const wait = spec?.minReadySeconds ?? 0
    const wanted = spec?.replicas ?? 1
    if (kind !== 'Deployment' || wait === 0 || (status?.readyReplicas ?? 0) < wanted || (status?.updatedReplicas ?? 0) < wanted || (status?.availableReplicas ?? 0) >= wanted) return
    const pods = workload.pods.map(({name: pod}) => workload.find('Pod', pod)).filter((pod): pod is Pod => Boolean(pod))
    const since = pods.map(pod => Date.parse(pod.status?.conditions?.find(({type, status}) => type === 'Ready' && status === 'True')?.lastTransitionTime ?? '')).filter(time => !Number.isNaN(time))
    const until = since.length === pods.length && since.length > 0 ? new Date(Math.max(...since) + wait * 1000).toISOString().replace(/\.\d+/, '') : undefined
    if (until !== undefined && Date.parse(until) + 10_000 < workload.cluster.now) return
    yield {
      summary: `All ${wanted} pods of deployment/${name} are ready; they count as available after minReadySeconds ${wait}${until === undefined ? '' : `, at ${until}`}: nothing is wrong.`.replace('All 1 pods', 'The one pod').replace('are ready; they count', wanted === 1 ? 'is ready; it counts' : 'are ready; they count'),
      evidence: ['spec.minReadySeconds', 'status.readyReplicas', 'status.availableReplicas'].filter(path => valueAt(object, path) !== undefined).map(path => workload.cite(object, path)),
      fixes: [],
      culprit: {kind, namespace: workload.namespace, name},
    }
  },
})
