import type {Container, ReplicaSet} from '../kube/types.js'
import {wordOf} from './fix.js'
import type {Patient} from './patient.js'
import type {Fix} from './types.js'

/** The revision before the one that the patient belongs to, where the ReplicaSets of its Deployment can be read. */
export function previousRevision(patient: Patient): {set: ReplicaSet, revision: string, own: ReplicaSet} | undefined {
  const {owner, pod, namespace, cluster} = patient
  const deployment = owner.object as {kind?: string, metadata?: {uid?: string}, spec?: {selector?: object}} | undefined
  if (deployment?.kind !== 'Deployment') return undefined
  const sets = cluster.list('ReplicaSet', {namespace, selector: deployment.spec?.selector})?.filter(({metadata}) => metadata?.ownerReferences?.some(({uid}) => uid === deployment.metadata?.uid))
  const own = sets?.find(({metadata}) => pod.metadata?.ownerReferences?.some(({uid}) => uid === metadata?.uid))
  if (!sets || !own) return undefined
  const before = sets.filter(set => revisionOf(set) < revisionOf(own)).toSorted((a, b) => revisionOf(b) - revisionOf(a))[0]
  return before && {set: before, revision: String(revisionOf(before)), own}
}

const revisionOf = ({metadata}: ReplicaSet) => Number(metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0)

/** The container as the previous revision had it. */
export const containerBefore = (patient: Patient, name: string): Container | undefined => containerIn(previousRevision(patient)?.set, name)

/** The container of that name in the template of a revision. */
export const containerIn = (set: ReplicaSet | undefined, name: string): Container | undefined => {
  const spec = set?.spec?.template?.spec
  return [...spec?.initContainers ?? [], ...spec?.containers ?? []].find(container => container.name === name)
}

/** Going back to the previous revision, where that one still serves: it is known to work. */
export function rollBack(patient: Patient, why: string): Fix[] {
  const before = previousRevision(patient)
  const ready = before?.set.status?.readyReplicas ?? 0
  if (!before || ready === 0) return []
  return [{
    action: `Go back to revision ${before.revision}${why}, of which ${ready} pod${ready === 1 ? ' still runs' : 's still run'}`,
    commands: [['kubectl', 'rollout', 'undo', wordOf(patient.owner.ref), `--to-revision=${before.revision}`]],
    effect: 'changes-spec', ...(patient.owner.pods !== undefined && {restarts: patient.owner.pods}),
  }]
}
