import {wordOf} from '../../fix.js'
import {defineRule} from '../../rule.js'
import {isStale} from '../../schedulers.js'
import {age} from '../../triage.js'

/** A kubelet takes up a new pod within a second or two; a busy one may need longer. */
const [SOON_MS, PATIENCE_MS] = [4_000, 60_000]
/** A kubelet writes its node's status at least every five minutes. */
const HEARTBEAT_MS = 7 * 60_000

export default defineRule({
  id: 'kubelet-silent',
  phase: 'node',
  severity: 'error',
  heals: 'by itself',
  title: 'The kubelet of the pod\'s node does not take the pod up',
  explain: `The pod has been given a node, and nothing has happened since: the first thing that a kubelet does with a pod is to write startTime and the containers into its status. A kubelet that is
down or cut off leaves the node Ready for 40 seconds more, after which it is marked as NotReady; one that hangs may go on renewing its Lease (kube-node-lease) and still start nothing. Nodes
without any kubelet, such as objects that somebody has made by hand, look the same.`,

  * check(patient) {
    const {pod, cluster} = patient
    const {nodeName} = pod.spec ?? {}
    const {startTime, containerStatuses = [], initContainerStatuses = [], phase = 'Pending'} = pod.status ?? {}
    if (!nodeName || phase !== 'Pending' || startTime || containerStatuses.length > 0 || initContainerStatuses.length > 0 || pod.metadata?.deletionTimestamp !== undefined) return
    const node = patient.find('Node', nodeName)
    const index = node?.status?.conditions?.findIndex(({type}) => type === 'Ready') ?? -1
    const ready = node?.status?.conditions?.[index]
    if (!node || (ready && ready.status !== 'True')) return
    const since = patient.condition('PodScheduled')?.since ?? pod.metadata?.creationTimestamp
    const waited = cluster.now - Date.parse(since ?? '')
    const lease = patient.find('Lease', nodeName, 'kube-node-lease')
    const stale = lease && isStale(lease, cluster.now) ? lease : undefined
    const old = lease === undefined && cluster.now - Date.parse(ready?.lastHeartbeatTime ?? '') > HEARTBEAT_MS
    if (!(waited >= (lease === null || stale || old ? SOON_MS : PATIENCE_MS))) return
    const why = lease === null ? 'there is no Lease of the node in kube-node-lease, so no kubelet reports for it'
      : stale ? `it last renewed its Lease ${stale.spec?.renewTime === undefined ? 'never' : `at ${stale.spec.renewTime}`}` : old ? `it last wrote the node's status at ${ready?.lastHeartbeatTime}`
        : ready ? 'though the node is Ready' : 'and the node has no condition Ready'
    yield {
      summary: `The kubelet of node "${nodeName}" has not taken up pod "${patient.ref.name}" for ${age(since, cluster.now)}${waited < PATIENCE_MS || lease === null || stale || old ? `: ${why}` : `, ${why}`}.`,
      evidence: [patient.cite(pod, 'spec.nodeName'), ...(lease === null ? [patient.citeAbsence('Lease', nodeName, 'kube-node-lease')] : stale ? patient.citeIfPresent(stale, 'spec.renewTime') : []),
        ...['status', 'lastHeartbeatTime'].flatMap(field => patient.citeIfPresent(node, `status.conditions[${index}].${field}`))],
      fixes: [{action: `Start the kubelet of node "${nodeName}", or cordon the node so that ${wordOf(patient.owner.ref)} goes elsewhere`}],
      culprit: {kind: 'Node', name: nodeName, part: 'kubelet'}, ...(lease !== null && !stale && !old && {likely: true as const}),
    }
  },
})
