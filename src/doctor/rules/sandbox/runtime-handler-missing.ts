import {editTemplate, wordOf} from '../../fix.js'
import {imagesAreThere} from '../../images-there.js'
import {nearMisses, STRONG} from '../../near-miss.js'
import {defineRule} from '../../rule.js'
import {lacksSandbox, sandboxError} from '../../sandbox-error.js'

/**
 * - containerd: `failed to get sandbox runtime: no runtime for "runsc" is configured`
 * - CRI-O: `failed to find runtime handler runsc from runtime list map[…]`
 */
const UNKNOWN = /no runtime for "([^"]*)" is configured|(?:failed to find|unable to find|unknown) runtime handler "?([\w-]+)"?/
/** A pod gets its sandbox within seconds; after these it is late. */
const LATE_MS = 30_000

export default defineRule({
  id: 'runtime-handler-missing',
  phase: 'sandbox',
  severity: 'error',
  heals: 'never',
  refines: 'sandbox-not-created',
  title: 'The node\'s container runtime does not have the handler of the pod\'s RuntimeClass',
  explain: `A RuntimeClass names a handler, that is an entry in the configuration of the container runtime on the nodes (runsc for gVisor, kata
for Kata Containers). Kubernetes does not look whether a node has it: the pod is scheduled, and the runtime there refuses it. Either the name is
misspelt, or the handler is installed on other nodes, which the RuntimeClass can say under scheduling.nodeSelector.`,

  * check(patient) {
    const {runtimeClassName: name} = patient.pod.spec ?? {}
    const error = sandboxError(patient)
    const said = UNKNOWN.exec(error?.words ?? '')
    if (name === undefined || !lacksSandbox(patient) || (error && !said)) return
    const runtimeClass = patient.find('RuntimeClass', name)
    const nodeName = patient.pod.spec?.nodeName ?? ''
    const node = patient.find('Node', nodeName)
    // Kubelets from 1.31 on list what their runtime has, where the runtime tells them (containerd 2, CRI-O 1.30).
    const handlers = (node?.status?.runtimeHandlers ?? []).flatMap(({name}) => name ? [name] : [])
    const handler = said?.[1] ?? said?.[2] ?? runtimeClass?.handler
    const listed = handlers.length > 0 && handler !== undefined && !handlers.includes(handler)
    const late = patient.cluster.now - Date.parse(patient.condition('PodScheduled')?.since ?? '') > LATE_MS
    const ready = node?.status?.conditions?.some(({type, status}) => type === 'Ready' && status === 'True')
    if (handler === undefined || !(said || listed || (late && ready && handler !== 'runc' && imagesAreThere(patient) !== false && patient.events('FailedMount', 'FailedAttachVolume', 'Pulling', 'Pulled').length === 0 && !handlers.includes(handler)))) return
    const [near] = nearMisses(handler, handlers).filter(({score}) => score >= STRONG)
    const change = editTemplate(patient, [{path: 'runtimeClassName', remove: true}])
    yield {
      summary: `RuntimeClass "${name}" of the pod names handler "${handler}", which the container runtime of node "${nodeName}" ${said || listed ? 'does not have' : 'seems not to have: the pod gets no sandbox there'}${near ? `; it has "${near.name}"` : ''}.`,
      evidence: [...(said && error ? error.evidence : []), patient.cite(patient.pod, 'spec.runtimeClassName'), ...(runtimeClass ? patient.citeIfPresent(runtimeClass, 'handler') : []), ...(node && listed ? patient.citeIfPresent(node, 'status.runtimeHandlers') : [])],
      fixes: [
        {action: `Set up handler "${handler}" in the container runtime of node "${nodeName}", or let RuntimeClass "${name}" name the nodes that have it (scheduling.nodeSelector)`},
        ...(change ? [{action: `Run the pods of ${wordOf(patient.owner.ref)} without a RuntimeClass, if they need no other isolation`, ...change}] : []),
      ],
      culprit: {kind: 'RuntimeClass', name},
      ...(!said && !listed && {likely: true as const}),
    }
  },
})
