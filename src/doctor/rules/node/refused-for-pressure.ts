import {listed} from '../../report/layout.js'
import {defineRule} from '../../rule.js'

/**
 * The kubelet's admission (pkg/kubelet/eviction/eviction_manager.go, Admit): `Pod was rejected: The node had condition: [MemoryPressure]. `, with the same reason
 * `Evicted` as a true eviction. A kubelet that starts again admits the pods that run once more, and may refuse them, too.
 */
const CONDITION = /^(?:Pod was rejected: )?The node had condition: \[([^\]]+)\]/
const WORDS: Record<string, string> = {MemoryPressure: 'memory', DiskPressure: 'disk space', PIDPressure: 'process ids'}

export default defineRule({
  id: 'refused-for-pressure',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  refines: 'pod-rejected',
  title: 'The node takes no such pod while it is short of memory or disk',
  explain: `The pod was put on a node whose kubelet reports pressure, and the kubelet refused it. Short of memory, a node refuses pods
without any request or limit; short of disk or process ids, all but critical ones. The scheduler knows of it by a taint, so this happens to pods that tolerate
the taint, name their node, or come in the moment before. The pod stays Failed; its controller makes another.`,

  * check(patient) {
    const {pod, owner} = patient
    const [, conditions] = CONDITION.exec(pod.status?.message ?? '') ?? []
    if (pod.status?.phase !== 'Failed' || conditions === undefined) return
    const types = conditions.split(/[\s,]+/)
    const nodeName = pod.spec?.nodeName ?? ''
    const node = patient.find('Node', nodeName)
    const still = (node?.status?.conditions ?? []).flatMap(({type, status}, i) => types.includes(type) && status === 'True' ? [i] : [])
    const memory = types.length === 1 && types[0] === 'MemoryPressure'
    yield {
      summary: `Node "${nodeName}" refused the pod because it is short of ${listed(types.map(type => WORDS[type] ?? type))} (${types.join(', ')})${memory && pod.status.qosClass !== 'Burstable' && pod.status.qosClass !== 'Guaranteed' ? ', and the pod requests nothing: such pods are refused then' : ''}${
        node && still.length === 0 ? '; the pressure is over' : ''}.`,
      evidence: [patient.cite(pod, 'status.message'), ...(node ? still.flatMap(i => ['type', 'message', 'lastTransitionTime'].flatMap(field => patient.citeIfPresent(node, `status.conditions[${i}].${field}`))) : []), ...patient.citeIfPresent(pod, 'status.qosClass')],
      fixes: [
        ...(still.length > 0 || !node ? [{action: `Free ${listed(types.map(type => WORDS[type] ?? type))} on node "${nodeName}"`}] : []),
        ...(owner.ref.kind === 'Pod' ? [{action: 'Apply the pod\'s manifest again once the pressure is over: a pod that has failed does not start again'}] : []),
      ],
      culprit: {kind: 'Node', name: nodeName, part: types.join()},
    }
  },
})
