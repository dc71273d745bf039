import type {Pod} from '../kube/types.js'
import {listed, some} from './report/layout.js'
import {byNumbers} from './order.js'
import {wordOf} from './fix.js'
import type {Patient} from './patient.js'
import type {LabelSelector} from './selector.js'
import type {Evidence} from './types.js'

const readyOf = ({status}: Pod) => status?.conditions?.some(({type, status}) => type === 'Ready' && status === 'True') ?? false
const revisionOf = ({metadata}: Pod) => metadata?.labels?.['pod-template-hash'] ?? metadata?.labels?.['controller-revision-hash'] ?? ''

/**
 * Pods of one template of which some run and some fail: what those that fail have in common is not the template. Nothing where all fail, or where nobody could list them.
 */
export function onlySome(patient: Patient): {words: string, evidence: Evidence[]} | undefined {
  const {pod, owner, cluster, namespace} = patient
  const controller = pod.metadata?.ownerReferences?.find(({controller}) => controller)?.uid
  const {selector} = (owner.object as {spec?: {selector?: LabelSelector}} | undefined)?.spec ?? {}
  if (!/^(?:Deployment|ReplicaSet|StatefulSet|DaemonSet)$/.test(owner.ref.kind) || !selector || controller === undefined) return undefined
  const alike = (cluster.list('Pod', {namespace, selector}) ?? []).filter(other => revisionOf(other) === revisionOf(pod) && other.metadata?.deletionTimestamp === undefined
    && other.metadata?.ownerReferences?.some(({uid}) => uid === controller))
  const [ready, failing] = [alike.filter(readyOf), alike.filter(other => !readyOf(other))]
  if (ready.length === 0 || failing.length === 0) return undefined
  const names = (pods: Pod[]) => pods.map(({metadata}) => metadata?.name ?? '').toSorted(byNumbers)
  const nodes = [...new Set(failing.map(({spec}) => spec?.nodeName ?? ''))]
  const apart = nodes.length === 1 && ready.length > 1 && !ready.some(({spec}) => spec?.nodeName === nodes[0])
  const common = apart && (failing.length > 1 || owner.ref.kind === 'DaemonSet') ? ` ${failing.length === 1 ? 'It' : 'They'} and no other ${failing.length === 1 ? 'is' : 'are'} on node "${nodes[0]}".` : ''
  return {
    words: `Of the ${alike.length} pods of ${wordOf(owner.ref)} only ${failing.length > 3 ? `${failing.length} fail` : `${listed(names(failing))} ${failing.length === 1 ? 'fails' : 'fail'}`}, ${some(names(ready), 3)} ${ready.length === 1 ? 'runs' : 'run'} with the same template.${common}`,
    evidence: [patient.citeIfPresent(ready[0]!, 'status.phase'), common === '' ? [] : patient.citeIfPresent(pod, 'spec.nodeName')].flat(),
  }
}
