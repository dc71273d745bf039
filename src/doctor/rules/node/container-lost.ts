import {defineRule} from '../../rule.js'

/** Set by the kubelet when the runtime does not know a container that the API shows as running (pkg/kubelet/kubelet_pods.go, 1.22 to 1.36); the exit code 137 is made up. */
const UNKNOWN = 'ContainerStatusUnknown'

export default defineRule({
  id: 'container-lost',
  phase: 'node',
  severity: 'error',
  heals: 'by itself',
  refines: ['container-exited', 'killed-by-sigkill', 'init-container-failed'],
  title: 'The node has lost the container: it was gone when the kubelet looked for it',
  explain: `The API knew the container as running, and the node's container runtime does not know it any more: the machine was restarted or
cut off, or the runtime has lost its data. The kubelet then writes that the container ended with exit code 137, which no process has ever
returned, so there is nothing to learn from it. The program itself is not to blame.`,

  * check(patient) {
    const {pod} = patient
    // An eviction or a shutdown of the node says more; its containers are then often lost, too.
    if (pod.status?.reason) return
    const node = pod.spec?.nodeName ?? ''
    for (const {name, ended, restarts, well} of patient.containers) {
      if (ended?.reason !== UNKNOWN || well) continue
      const found = patient.find('Node', node)
      const index = found?.status?.conditions?.findIndex(({type}) => type === 'Ready') ?? -1
      const since = found?.status?.conditions?.[index]?.status === 'True' ? found.status.conditions[index]?.lastTransitionTime : undefined
      yield {
        container: name,
        summary: `Node "${node}" has lost container "${name}": its runtime did not know the container any more when the kubelet looked for it, as after a restart of the machine or of the runtime${
          since === undefined ? '' : `; the node has been ready since ${since}`}${restarts ? '' : pod.status?.phase === 'Failed' ? ', and the pod is not started again' : ''}.`,
        evidence: [patient.cite(pod, `${ended.path}.reason`), ...patient.citeIfPresent(pod, `${ended.path}.message`), ...(found && since !== undefined ? [patient.cite(found, `status.conditions[${index}].lastTransitionTime`)] : [])],
        fixes: patient.owner.ref.kind === 'Pod' && pod.status?.phase === 'Failed' ? [{action: 'Apply the pod\'s manifest again, or let a Job or a Deployment make the pod: nobody starts it again after such a loss'}] : [],
        culprit: {kind: 'Node', name: node, part: UNKNOWN},
      }
    }
  },
})
