import {editTemplate, wordOf} from '../../fix.js'
import {nearMisses, STRONG} from '../../near-miss.js'
import {templateSpecOf} from '../../owner.js'
import {some} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {manifestWord} from '../../scheduling-words.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'node-missing',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  refines: ['unschedulable', 'pod-not-ready', 'stuck-terminating'],
  title: 'The pod belongs to a node that does not exist',
  explain: `A pod with spec.nodeName belongs to that node. Where somebody has written the name into the manifest, no scheduler has looked at it, and nobody notices that there is no such node: the pod
stays Pending, without a condition and without an event, until the garbage collector of pods removes it after a while. Where the scheduler chose the node, the node has been deleted since.`,

  * check(patient) {
    const {pod, owner} = patient
    const name = pod.spec?.nodeName
    const over = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
    // A kubelet that tells of its containers is there.
    const told = patient.containers.some(({ended, waiting}) => ended || (waiting && !/^(?:ContainerCreating|PodInitializing)$/.test(waiting.reason)))
    if (!name || over || told || patient.find('Node', name) !== null) return
    const nodes = (patient.list('Node', {}) ?? []).map(({metadata}) => metadata?.name ?? '').toSorted()
    const pinned = templateSpecOf(owner)?.nodeName === name || (owner.ref.kind === 'Pod' && patient.condition('PodScheduled') === undefined)
    const [near] = nearMisses(name, nodes).filter(({score}) => score >= STRONG)
    const remove = editTemplate(patient, [{path: 'nodeName', remove: true}])
    const fixes: Fix[] = pinned ? [{action: `Take nodeName out of ${manifestWord(patient)} and leave the choice of a node to the scheduler${nodes.length === 0 ? '' : `, or name one that exists (${some(nodes, 4)})`}`, ...remove}]
      : [{action: `Bring node "${name}" back, or let the pod be made again on another node: the garbage collector of pods removes it`}]
    yield {
      summary: pinned ? `Node "${name}", to which ${owner.ref.kind === 'Pod' ? `pod "${owner.ref.name}" is` : `the pods of ${wordOf(owner.ref)} are`} pinned by spec.nodeName, does not exist${
        near ? `; "${near.name}" does` : nodes.length === 0 ? '' : nodes.length === 1 ? `; the only node is "${nodes[0]}"` : `; the nodes are ${some(nodes, 6)}`}.`
        : `Node "${name}", on which pod "${patient.ref.name}" was, does not exist any more.`,
      evidence: [patient.cite(pod, 'spec.nodeName'), patient.citeAbsence('Node', name), ...patient.citeIfPresent(pod, 'status.phase')],
      fixes, culprit: {kind: 'Node', name},
    }
  },
})
