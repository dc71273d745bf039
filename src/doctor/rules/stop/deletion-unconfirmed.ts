import {defineRule} from '../../rule.js'
import {wordOf} from '../../fix.js'

/**
 * The pod was deleted (by a person, or after five minutes by the taint `node.kubernetes.io/unreachable`), and the kubelet that would have to stop it does not answer.
 * A pod on such a node that nobody has deleted is node-not-ready.
 */
export default defineRule({
  id: 'deletion-unconfirmed',
  phase: 'stop',
  severity: 'error',
  heals: 'by itself',
  refines: ['stuck-terminating', 'node-not-ready', 'taint-evicted'],
  title: 'The pod is being deleted on a node that does not answer',
  explain: `Only the kubelet of its node can say that a pod's containers have ended, and only then does the API server forget the pod. While the node is away the pod
stays Terminating. Deployments make a new pod all the same; a StatefulSet does not, since two pods with one name and one volume could run at the same time. When the machine is
off for certain, the taint node.kubernetes.io/out-of-service tells Kubernetes so: its pods are then forgotten and their volumes detached.`,

  * check(patient) {
    const {pod, owner, ref} = patient
    const name = pod.spec?.nodeName
    const since = pod.metadata?.deletionTimestamp
    const node = name === undefined || since === undefined ? undefined : patient.find('Node', name)
    const index = node?.status?.conditions?.findIndex(({type, status}) => type === 'Ready' && status !== 'True') ?? -1
    const condition = index < 0 ? undefined : node?.status?.conditions?.[index]
    if (!node || !condition || name === undefined) return
    const target = patient.condition('DisruptionTarget')
    const driven = target?.status === 'True' && target.reason === 'DeletionByTaintManager' ? target : undefined
    const why = condition.message?.trim().replace(/\.$/, '')
    const successor = owner.ref.kind === 'StatefulSet' ? `; ${wordOf(owner.ref)} makes no new ${ref.name} before that` : ''
    yield {
      summary: `The pod ${driven ? 'is driven from its node by a taint' : 'was deleted'}, but node "${name}" is not ready${condition.lastTransitionTime === undefined ? '' : ` since ${condition.lastTransitionTime}`}${why ? ` (${why})` : ''}, so nobody can say that its containers have ended${successor}.`,
      evidence: [
        patient.cite(pod, 'metadata.deletionTimestamp'), ...(driven ? [patient.cite(pod, `${driven.path}.reason`)] : []),
        ...['status', 'reason', 'message', 'lastHeartbeatTime'].flatMap(field => patient.citeIfPresent(node, `status.conditions[${index}].${field}`)),
      ],
      fixes: [
        {action: `Bring the kubelet of node "${name}" back: its machine is off or cut off, or the kubelet has stopped`},
        {
          action: `Tell Kubernetes that the machine is off, if it is for certain: containers that still run there would run twice, and two of them would write to one volume`,
          removesGuard: '', commands: [['kubectl', 'taint', 'nodes', name, 'node.kubernetes.io/out-of-service=nodeshutdown:NoExecute']],
        },
      ],
      culprit: {kind: 'Node', name},
    }
  },
})
