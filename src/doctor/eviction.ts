import type {Pod} from '../kube/types.js'
import {refOf} from './cite.js'
import type {Cluster} from './cluster.js'
import {ONE, parseQuantity} from './quantity.js'
import {readable} from './resources.js'
import type {Ref} from './types.js'

/**
 * Evictions for what the pod itself has used of its node's disk (pkg/kubelet/eviction/eviction_manager.go, the same from 1.20 to 1.36; all messages end in a blank).
 * The pod's own spec sets the limit, so its successor will go the same way.
 */
export interface OwnLimit {
  kind: 'volume' | 'container' | 'pod'
  /** The volume or the container; empty for the pod as a whole. */
  name: string
  limit: string
}

export function ownLimitOf({status}: Pod): OwnLimit | undefined {
  if (status?.phase !== 'Failed' || status.reason !== 'Evicted') return undefined
  const message = status.message ?? ''
  const volume = /^Usage of EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"/.exec(message)
  if (volume) return {kind: 'volume', name: volume[1]!, limit: volume[2]!}
  const container = /^Container (\S+) exceeded its local ephemeral storage limit "([^"]+)"/.exec(message)
  if (container) return {kind: 'container', name: container[1]!, limit: container[2]!}
  const pod = /^Pod ephemeral local storage usage exceeds the total limit of containers (\S+?)\.(?:\s|$)/.exec(message)
  return pod ? {kind: 'pod', name: '', limit: pod[1]!} : undefined
}

/** An eviction because the node as a whole had too little of something. */
export interface Pressure {
  /** `memory`, `ephemeral-storage`, `pids`, `inodes`. */
  resource: string
  threshold: string | undefined
  available: string | undefined
  consumers: {name: string, used: string, request: string}[]
}

/**
 * `The node was low on resource: memory. Threshold quantity: 100Mi, available: 73284Ki. Container app was using 812Mi, request is 0, has larger
 * consumption of memory. `; kubelets before 1.26: `The node was low on resource: memory. Container x was using 19212Ki, which exceeds its request of 0. `
 */
export function pressureOf({status}: Pod): Pressure | undefined {
  const message = status?.message ?? ''
  const [, resource] = /^The node was low on resource: ([\w-]+)\./.exec(message) ?? []
  if (status?.phase !== 'Failed' || resource === undefined) return undefined
  const [, threshold, available] = /Threshold quantity: (\S+), available: (\S+?)\. /.exec(message) ?? []
  const consumers = [...message.matchAll(/Container (\S+) was using (\S+), (?:request is (\S+?), has larger consumption of [\w-]+|which exceeds its request of (\S+?))\./g)]
    .map(([, name = '', used = '', request, exceeded]) => ({name, used, request: request ?? exceeded ?? '0'}))
  return {resource, threshold, available, consumers}
}

/** `22093304Ki` as a person reads it: `21.0Gi`. What is no quantity stays as it is. */
export const amountWord = (text: string): string => {
  const quantity = parseQuantity(text)
  return quantity === undefined || quantity.value < 1024n * ONE ? text : readable('memory', quantity.value)
}

/** When the pod's last container ended; where the kubelet has not said it, when the pod was last seen to change. */
const endOf = ({status}: Pod): number => {
  const ends = (status?.containerStatuses ?? []).map(({state}) => Date.parse(state?.terminated?.finishedAt ?? '')).filter(time => time > 0)
  return Math.max(...ends.length > 0 ? ends : (status?.conditions ?? []).map(({lastTransitionTime}) => Date.parse(lastTransitionTime ?? '')).filter(time => time > 0))
}
const startOf = ({status, metadata}: Pod): number => Date.parse(status?.startTime ?? metadata?.creationTimestamp ?? '')

/** Pods that take longer than this until they are evicted show nothing about the next one. */
const SOON_MS = 10 * 60_000
/** The kubelet looks every ten seconds. */
const PERIOD_MS = 15_000

/**
 * Whether the pods that stand in for an evicted one have proved nothing yet: it was evicted for a limit of its own spec, soon after its start, and
 * its successors have the same template and have not lived longer than it did.
 */
export function isUnproven(corpse: Pod, siblings: Pod[], now: number): boolean {
  const lived = endOf(corpse) - startOf(corpse)
  if (ownLimitOf(corpse) === undefined || !(lived < SOON_MS) || now - endOf(corpse) > SOON_MS) return false
  const successors = siblings.filter(pod => pod.status?.phase !== 'Failed' && startOf(pod) >= endOf(corpse) - PERIOD_MS)
  return successors.some(pod => now - startOf(pod) <= lived + PERIOD_MS)
}

/** One pod after the other is evicted for its own limit: the Deployment is complete for moments only. */
export const evictedAgain = (corpse: Pod, siblings: Pod[], now: number): boolean =>
  isUnproven(corpse, siblings, now) && siblings.some(pod => pod !== corpse && ownLimitOf(pod) !== undefined && now - endOf(pod) <= SOON_MS)

/** Pods that the same controller has made, this one included, as far as they are held. */
export const siblingsOf = (cluster: Cluster, {metadata}: Pod): Pod[] => {
  const controller = metadata?.ownerReferences?.find(({controller}) => controller)?.uid
  return controller === undefined ? [] : (cluster.held('Pod', metadata?.namespace) as Pod[]).filter(pod => pod.metadata?.ownerReferences?.some(({uid}) => uid === controller))
}

/** Pods of the same controller that this node has evicted because it ran short: why it has a taint, and why their successor waits. */
export const evictedFrom = (cluster: Cluster, pod: Pod, node: string): Ref[] =>
  siblingsOf(cluster, pod).filter(other => pressureOf(other) && other.spec?.nodeName === node).map(other => refOf(other))
