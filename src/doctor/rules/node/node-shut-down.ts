import {defineRule} from '../../rule.js'

/**
 * pkg/kubelet/nodeshutdown, 1.22 to 1.36: pods that run get reason `Terminated` (`Shutdown` before 1.22) and `Pod was terminated in response to imminent node shutdown.`, pods that
 * come get `NodeShutdown` and `Pod was rejected as the node is shutting down.` (before 1.30: `Node is in progress of shutting down, not admitting any new pods`).
 */
const SHUTDOWN = /imminent node shutdown|the node is shutting down|Node is (?:in progress of )?shutting[- ]down/

export default defineRule({
  id: 'node-shut-down',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  refines: ['pod-rejected', 'container-exited', 'killed-by-sigkill'],
  title: 'The node was shut down under the pod',
  explain: `The machine was told to shut down: a reboot, an update, a spot instance that was taken back. Its kubelet ended the pods in
good order before, and marked them as Failed. They stay there to be read until somebody deletes them; controllers have made others. A pod
without a controller does not start again, even when the node comes back.`,

  * check(patient) {
    const {pod, owner} = patient
    const {phase, reason = '', message = ''} = pod.status ?? {}
    if (phase !== 'Failed' || !(SHUTDOWN.test(message) || reason === 'NodeShutdown')) return
    const name = pod.spec?.nodeName ?? ''
    const node = patient.find('Node', name)
    const index = node?.status?.conditions?.findIndex(({type}) => type === 'Ready') ?? -1
    const ready = node?.status?.conditions?.[index]
    yield {
      summary: `Node "${name}" was shut down and ${/^Pod was rejected|not admitting/.test(message) || reason === 'NodeShutdown' ? 'took no new pods, so it refused this one' : 'ended the pod before'}${
        ready?.status === 'True' ? `; it is back since ${ready.lastTransitionTime}` : node === null ? '; it is not in the cluster any more' : ''}${owner.ref.kind === 'Pod' ? ', and no controller makes the pod again' : ''}.`,
      evidence: [patient.cite(pod, 'status.reason'), ...patient.citeIfPresent(pod, 'status.message'), ...(node && ready ? [patient.cite(node, `status.conditions[${index}].status`)] : [])],
      fixes: owner.ref.kind === 'Pod' ? [{action: 'Apply the pod\'s manifest again, best as a Deployment, which makes new pods on other nodes by itself'}] : [],
      culprit: {kind: 'Node', name, part: 'shutdown'},
    }
  },
})
