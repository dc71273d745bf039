import {defineRule} from '../../rule.js'

/** Reasons that the pod's own spec has set a limit for: no node had a say in it. */
const OWN = /^(?:DeadlineExceeded)$/
/** Words that accuse the node, not the pod: pkg/kubelet/eviction and pkg/kubelet/nodeshutdown, 1.34. */
const OF_NODE = /^(?:The node (?:was low on resource|had condition)|Pod was (?:terminated|rejected) (?:in response to|as) )/

export default defineRule({
  id: 'pod-rejected',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  title: 'The node has refused, evicted or given up the pod',
  explain: `The pod had a node, and the kubelet there would not run it, or not go on running it: the node is short of something, the pod
has used more than it may, or it asks for what this node does not have. Such a pod stays as it is, Failed, until somebody deletes it. A
controller makes a new one in its place; a pod without a controller is not made again.`,

  * check(patient) {
    const {pod, owner} = patient
    const {phase, reason = '', message = ''} = pod.status ?? {}
    if (phase !== 'Failed' || reason === '' || OWN.test(reason)) return
    const words = message.replace(/^Pod was rejected: /, '').trim().replace(/\.$/, '')
    const rejected = message.startsWith('Pod was rejected: ')
    const node = pod.spec?.nodeName
    const what = !rejected && reason === 'Evicted' ? 'evicted the pod' : `${rejected ? 'refused' : 'gave up'} the pod (${reason})`
    yield {
      summary: `${node === undefined ? 'The node' : `Node "${node}"`} ${what}${words ? `: ${words}` : ''}.`,
      evidence: [patient.cite(pod, 'status.reason'), ...patient.citeIfPresent(pod, 'status.message')],
      fixes: [],
      culprit: node !== undefined && OF_NODE.test(words) ? {kind: 'Node', name: node, part: reason} : {...owner.ref, part: reason},
    }
  },
})
