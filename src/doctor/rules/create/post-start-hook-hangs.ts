import {timeOf} from '../../cluster.js'
import {hookWords} from '../../post-start.js'
import {defineRule} from '../../rule.js'

/** So long a hook may take before it is worth a word. */
const LONG_MS = 15_000

/**
 * The kubelet waits for the hook before it goes on with the pod and before it reports anything: container and pod stay in `ContainerCreating` although the program runs. Only the event
 * `Started` tells; without it, that everything before is there: the sandbox (condition PodReadyToStartContainers) and the image on the node.
 */
export default defineRule({
  id: 'post-start-hook-hangs',
  phase: 'create',
  severity: 'error',
  heals: 'by itself',
  title: 'The container has started, and its postStart hook does not end',
  explain: `Until the hook has ended the kubelet does not start the pod's next container, runs no probe, and does not report that the container runs: the pod stands there as
ContainerCreating, as if an image were being pulled. There is no time limit for a hook. A hook that waits for something, or that was meant to go on running, holds up the pod for ever; what
shall run beside the program belongs into a container of its own.`,

  * check(patient) {
    const container = patient.containers.find(({role, spec}) => role === 'main' && spec.lifecycle?.postStart)
    const hook = container?.spec.lifecycle?.postStart
    const {pod, cluster} = patient
    if (!container || !hook || !patient.preparing || container.ended || container.waiting?.message) return
    const started = patient.events('Started').find(({involvedObject}) => involvedObject?.fieldPath === `spec.containers{${container.name}}`)
    const ready = patient.condition('PodReadyToStartContainers')
    const node = started ? undefined : patient.find('Node', pod.spec?.nodeName ?? '')
    const image = (container.spec.image ?? '').replace(/^docker\.io\/(?:library\/)?/, '')
    const held = node?.status?.images?.some(({names = []}) => names.some(name => name.replace(/^docker\.io\/(?:library\/)?/, '') === image)) ?? false
    const initialized = patient.condition('Initialized')?.status === 'True'
    const since = started ? timeOf(started) : ready?.status === 'True' && held && initialized ? ready.since : undefined
    if (since === undefined || !ready || cluster.now - Date.parse(since) < LONG_MS) return
    const seconds = Math.round((cluster.now - Date.parse(since)) / 1000)
    yield {
      container: container.name,
      summary: started ? `Container "${container.name}" was started ${seconds}s ago, but its postStart hook (${hookWords(hook)}) has not ended, and the pod waits for it.`
        : `The pod waits, most likely for the postStart hook of container "${container.name}" (${hookWords(hook)}), which has not ended.`,
      evidence: [
        ...(started ? [patient.cite(started, 'reason'), ...patient.citeIfPresent(started, 'lastTimestamp')] : [patient.cite(pod, `${ready.path}.lastTransitionTime`)]),
        patient.cite(pod, `${container.specPath}.lifecycle.postStart`),
      ],
      fixes: [{action: `Let the hook end: what shall run beside container "${container.name}" belongs into a container of its own, and waiting into the program or an init container`}],
      culprit: {...patient.owner.ref, part: `${container.name} postStart`}, ...(!started && {likely: true as const}),
    }
  },
})
