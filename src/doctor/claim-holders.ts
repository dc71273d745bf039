import type {Pod} from '../kube/types.js'
import {changing, wordOf} from './fix.js'
import {ownerOf} from './owner.js'
import type {Patient} from './patient.js'
import type {Fix} from './types.js'

/** How the pods that hold a volume make room for the patient: a Deployment that waits for itself by stopping its old pods first, others by being scaled down. */
export function recreate(patient: Patient, holders: Pod[], what: string): Fix[] {
  const {owner, cluster} = patient
  const owners = holders.map(holder => ownerOf(cluster, holder).ref)
  const {spec} = (owner.object ?? {}) as {spec?: {replicas?: number, strategy?: {type?: string}}}
  const own = owners.some(ref => ref.kind === owner.ref.kind && ref.name === owner.ref.name)
  if (own && owner.ref.kind === 'Deployment' && owner.object && spec?.strategy?.type !== 'Recreate' && (spec?.replicas ?? 1) === 1) {
    const patch = JSON.stringify({spec: {strategy: {type: 'Recreate', rollingUpdate: null}}})
    return [{action: `Let ${wordOf(owner.ref)} stop its old pod before it starts the new one`, ...changing(owner, [['kubectl', 'patch', wordOf(owner.ref), '-p', patch]])}]
  }
  if (own && (spec?.replicas ?? 1) > 1) {
    return [{action: `Run one pod of ${wordOf(owner.ref)}, or give each its own claim: ${what} cannot be shared`,
      ...(owner.ref.kind === 'Deployment' && changing({...owner, pods: 0}, [['kubectl', 'scale', wordOf(owner.ref), '--replicas=1']]))}]
  }
  return owners.slice(0, 2).map(ref => ref.kind === 'Deployment' || ref.kind === 'StatefulSet'
    ? {action: `Stop ${wordOf(ref)}, which uses ${what}, if it is not needed beside ${wordOf(owner.ref)}`, commands: [['kubectl', 'scale', wordOf(ref), '--replicas=0']], effect: 'changes-spec' as const}
    : {action: `Let ${wordOf(ref)}, which uses ${what}, end before ${wordOf(owner.ref)} starts`})
}
