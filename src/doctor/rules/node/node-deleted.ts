import {defineRule} from '../../rule.js'
import type {Evidence} from '../../types.js'

/** pkg/controller/podgc/gc_controller.go: `PodGC: node no longer exists`; with the taint out-of-service: `PodGC: node is out of service`. */
export default defineRule({
  id: 'node-deleted',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  refines: ['pod-rejected', 'node-not-ready', 'stuck-terminating', 'taint-evicted'],
  title: 'The node that the pod ran on is gone',
  explain: `The Node object was deleted: the machine was taken out of the cluster, or replaced by the cloud, without being drained. After
40 seconds the garbage collector marks the node's pods as Failed and deletes them. What the API shows of their containers is what was known last.
Controllers make new pods on other nodes; a pod without a controller is lost.`,

  * check(patient) {
    const {pod, owner} = patient
    const condition = patient.condition('DisruptionTarget')
    const name = pod.spec?.nodeName ?? ''
    if (condition?.status !== 'True' || condition.reason !== 'DeletionByPodGC') return
    const absent: Evidence[] = patient.find('Node', name) === null ? [patient.citeAbsence('Node', name)] : []
    const {finalizers = []} = pod.metadata ?? {}
    yield {
      summary: `Node "${name}", on which the pod ran, ${condition.message.includes('out of service') ? 'is out of service' : 'does not exist any more'}, so the pod was given up and deleted${
        owner.ref.kind === 'Pod' ? '; no controller makes it again' : ''}${finalizers.length > 0 ? `; finalizer ${finalizers.join(', ')} still holds it` : ''}.`,
      evidence: [patient.cite(pod, `${condition.path}.reason`), ...patient.citeIfPresent(pod, `${condition.path}.message`), ...absent, ...(finalizers.length > 0 ? [patient.cite(pod, 'metadata.finalizers')] : [])],
      fixes: owner.ref.kind === 'Pod' ? [{action: 'Apply the pod\'s manifest again, best as a Deployment, which makes new pods on other nodes by itself'}] : [],
      culprit: {kind: 'Node', name},
    }
  },
})
