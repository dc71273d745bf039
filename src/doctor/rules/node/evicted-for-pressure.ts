import {amountWord, pressureOf} from '../../eviction.js'
import {wordOf} from '../../fix.js'
import {listed} from '../../report/layout.js'
import {defineRule} from '../../rule.js'

const WORDS: Record<string, string> = {memory: 'memory', 'ephemeral-storage': 'disk space', pids: 'process ids', inodes: 'inodes'}
const CONDITIONS: Record<string, string> = {memory: 'MemoryPressure', 'ephemeral-storage': 'DiskPressure', pids: 'PIDPressure', inodes: 'DiskPressure'}

/** The node as a whole had too little, and this pod was chosen. A limit of the pod's own is `local-storage-exceeded`. */
export default defineRule({
  id: 'evicted-for-pressure',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  refines: 'pod-rejected',
  title: 'The node ran short of memory or disk and evicted the pod',
  explain: `When a node has less of something left than its kubelet's threshold, the kubelet stops pods until there is enough: first those that use
more than they have requested, of these the ones with the lowest priority, and of these the ones that exceed their requests the most. The pod stays Failed; its
controller makes another one. A pod that requests what it really uses is spared, because the scheduler then does not put too much on one node.`,

  * check(patient) {
    const {pod, owner, containers} = patient
    const pressure = pressureOf(pod)
    if (!pressure) return
    const {resource, threshold, available, consumers} = pressure
    const nodeName = pod.spec?.nodeName ?? ''
    const node = patient.find('Node', nodeName)
    const index = node?.status?.conditions?.findIndex(({type, status}) => type === CONDITIONS[resource] && status === 'True') ?? -1
    const used = consumers.filter(({used}) => used !== '0').map(({name, used, request}) => `container "${name}" used ${amountWord(used)} and ${request === '0' ? 'requests none' : `requests ${request}`}`)
    const greedy = consumers.filter(({used}) => used !== '0')[0]
    const path = containers.find(({name}) => name === greedy?.name)?.specPath
    yield {
      summary: `Node "${nodeName}" ran short of ${WORDS[resource] ?? resource}${available === undefined ? '' : ` (${amountWord(available)} left, less than the threshold of ${amountWord(threshold ?? '')})`} and evicted the pod${used.length > 0 ? `; ${listed(used)}` : ''}.`,
      evidence: [patient.cite(pod, 'status.reason'), patient.cite(pod, 'status.message'), ...(node && index >= 0 ? ['type', 'message', 'lastTransitionTime'].flatMap(field => patient.citeIfPresent(node, `status.conditions[${index}].${field}`)) : []),
        ...(path === undefined ? [] : patient.citeIfPresent(pod, `${path}.resources.requests["${resource}"]`))],
      fixes: [
        ...(greedy && (resource === 'memory' || resource === 'ephemeral-storage') ? [{action: `Let container "${greedy.name}" of ${wordOf(owner.ref)} use less ${WORDS[resource]}, or request the ${amountWord(greedy.used)} that it uses, so that it gets a node that has them`}] : []),
        {action: `Free ${WORDS[resource] ?? resource} on node "${nodeName}"`},
      ],
      culprit: {kind: 'Node', name: nodeName, part: resource},
    }
  },
})
