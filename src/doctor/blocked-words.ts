import {keyOfRef, refOf} from './cite.js'
import type {Cluster} from './cluster.js'
import type {Pod} from '../kube/types.js'
import {wordOf} from './fix.js'
import type {Blocker} from './node-filters.js'
import {ownerOf} from './owner.js'
import type {Patient} from './patient.js'
import {listed} from './report/layout.js'
import {readable, resourceWord} from './resources.js'
import type {Candidate, Placement} from './scheduling.js'
import {taintWord} from './taints.js'

/** Another pod, with the namespace where that is not the patient's: `pod "redis-0"`, `pod "cache" of namespace shop`. */
export const otherWord = ({metadata}: Pod, namespace: string): string =>
  `pod "${metadata?.name}"${metadata?.namespace === namespace ? '' : ` of namespace ${metadata?.namespace}`}`

/** The pod belongs to the same workload as the patient: an earlier replica, or one of the revision before. */
export const isSibling = ({cluster, owner}: Patient, pod: Pod): boolean =>
  owner.ref.kind !== 'Pod' && keyOfRef(ownerOf(cluster, pod).ref) === keyOfRef(owner.ref)

/** Who has to be changed to change the pod: `deployment/redis`, with its namespace where that is another one. */
export function ownerWord(cluster: Cluster, pod: Pod, namespace: string): string {
  const {ref} = ownerOf(cluster, pod)
  return `${wordOf(ref)}${(ref.namespace ?? refOf(pod).namespace) === namespace ? '' : ` of namespace ${ref.namespace}`}`
}

/** Why a node does not take the pod, as the end of a sentence about the node. */
export function blockerWord(blocker: Blocker): string {
  switch (blocker.filter) {
    case 'NodeUnschedulable': return 'is cordoned'
    case 'TaintToleration': return `has taint ${listed(blocker.taints.map(taintWord))}`
    case 'NodeAffinity': return 'does not match the node selector'
    case 'NodePorts': return `has host port ${blocker.ports[0]!.port} taken`
    case 'NodeResourcesFit': return `lacks ${listed(blocker.short.map(({resource, wanted, used, capacity}) => resource === 'pods' ? 'room for another pod'
      : `${readable(resource, wanted - (capacity > used ? capacity - used : 0n))} ${resourceWord(resource)}`))}`
    case 'PodTopologySpread': return blocker.skew.domain === undefined ? `has no label ${blocker.skew.spread.topologyKey}` : `has ${blocker.skew.spread.topologyKey}=${blocker.skew.domain}, where enough of them are`
    case 'PodAffinity': return 'has no pod that the pod affinity asks for'
    case 'PodAntiAffinity': return `has pod "${blocker.against[0]!.holder.metadata?.name}", which the anti-affinity keeps away`
    case 'ExistingAntiAffinity': return `is kept free of them by pod "${blocker.against[0]!.holder.metadata?.name}"`
  }
}

/** `"worker-b" has taint dedicated=gpu:NoSchedule and "worker-c" is cordoned`; three nodes at most. */
export function blockedWords(nodes: Candidate[], only?: Blocker['filter'][]): string {
  const why = ({blockers}: Candidate) => listed(blockers.filter(({filter}) => !only || only.includes(filter)).map(blockerWord))
  return listed([...nodes.slice(0, 3).map(candidate => `"${candidate.name}" ${why(candidate)}`), ...(nodes.length > 3 ? [`${nodes.length - 3} more take no pods`] : [])])
}

/** What keeps the pod off the nodes that it asks for and that do not have the obstacle which the cause is about: the end of a sentence. */
export function otherNodesWords({asked}: Placement, filter: Blocker['filter']): string {
  const others = asked.filter(({blockers}) => blockers.every(blocker => blocker.filter !== filter))
  return others.length === 0 ? '' : `; ${blockedWords(others)}`
}
