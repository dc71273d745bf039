import type {Deployment, Pod} from '../kube/types.js'
import {isSibling} from './blocked-words.js'
import {changing, wordOf} from './fix.js'
import {ACTIVE_PODS, placesOf} from './node-filters.js'
import type {Patient} from './patient.js'
import type {Fix} from './types.js'

const controllerOf = ({metadata}: Pod) => metadata?.ownerReferences?.find(({controller}) => controller)?.uid

/** The other pod is of the same Deployment, but of another revision: it goes when its successor is ready. */
export const isOldPod = (patient: Patient, other: Pod): boolean => patient.owner.ref.kind === 'Deployment' && isSibling(patient, other)
  && controllerOf(other) !== controllerOf(patient.pod) && other.metadata?.deletionTimestamp === undefined

/** Lets an old pod go before its successor comes: a rolling update that waits for itself goes on then. */
export function oldPodFirst({owner}: Patient, node: string): Fix[] {
  const {spec} = (owner.object ?? {}) as Partial<Deployment>
  return spec?.strategy?.type === 'Recreate' ? [] : [{
    action: `Let an old pod of ${wordOf(owner.ref)} on node "${node}" go before its successor comes, instead of after`,
    commands: [['kubectl', 'patch', wordOf(owner.ref), '-p', '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}']], effect: 'changes-spec',
  }]
}

/** How many pods of the patient's workload have a node, and how many wait for one. */
export function headcount(patient: Patient): {placed: number, waiting: number} {
  const all = (patient.cluster.list('Pod', {fieldSelector: ACTIVE_PODS}) ?? []).filter(({metadata}) => metadata?.namespace === patient.namespace)
  const own = all.filter(pod => pod.metadata?.deletionTimestamp === undefined && isSibling(patient, pod))
  const placed = own.filter(({spec}) => spec?.nodeName).length
  return {placed, waiting: own.length - placed}
}

/** As many replicas as have a node: nothing where that would be none, or where something else sets the number. */
export function scaleToFit(patient: Patient, standing: number): Fix[] {
  const {owner} = patient
  const {placed, waiting} = headcount(patient)
  if (standing === 0 || placed === 0 || waiting === 0 || !['Deployment', 'StatefulSet', 'ReplicaSet'].includes(owner.ref.kind) || (owner.pods ?? 0) <= placed) return []
  const {commands = [], effect = 'changes-spec'} = changing(owner, [['kubectl', 'scale', wordOf(owner.ref), `--replicas=${placed}`]])
  return [{action: `Run ${placed} pod${placed === 1 ? '' : 's'} of ${wordOf(owner.ref)} instead of ${owner.pods}: so many have a node`, commands, effect}]
}

/** The pods that the scheduler has told to leave the node. */
export const leavingFor = ({cluster}: Patient, room: string): Pod[] => (placesOf(cluster) ?? []).find(({name}) => name === room)?.pods
  .filter(({metadata, status}) => metadata?.deletionTimestamp !== undefined && status?.conditions?.some(({type, reason}) => type === 'DisruptionTarget' && reason === 'PreemptionByScheduler')) ?? []
