import {defineRule} from '../../rule.js'

/** pkg/kubelet/preemption: reason `Preempting`, `Preempted in order to admit critical pod`. The scheduler's preemption deletes the pod, with condition PreemptionByScheduler. */
export default defineRule({
  id: 'preempted-by-kubelet',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  refines: 'pod-rejected',
  title: 'The node\'s kubelet ended the pod to make room for a critical one',
  explain: `A static pod or a pod of the class system-node-critical had to run on the node and there was no room, so the kubelet ended pods of lower priority
until there was. That happens when more is put on a node than the scheduler knows of. The pod stays Failed; its controller makes another one elsewhere.`,

  * check(patient) {
    const {pod, owner} = patient
    if (pod.status?.phase !== 'Failed' || pod.status.reason !== 'Preempting') return
    const name = pod.spec?.nodeName ?? ''
    const priority = pod.spec?.priority ?? 0
    yield {
      summary: `Node "${name}" ended the pod to make room for a critical pod; it had priority ${priority}${pod.spec?.priorityClassName === undefined ? '' : ` (class "${pod.spec.priorityClassName}")`}${
        owner.ref.kind === 'Pod' ? ', and no controller makes it again' : ''}.`,
      evidence: [patient.cite(pod, 'status.reason'), ...patient.citeIfPresent(pod, 'status.message'), ...patient.citeIfPresent(pod, 'spec.priority')],
      fixes: [{action: `Leave room on node "${name}" for its critical pods: static pods and DaemonSets of class system-node-critical need requests that fit beside the others`}],
      culprit: {kind: 'Node', name, part: 'preempted'},
    }
  },
})
