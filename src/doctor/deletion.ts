import type {Pod} from '../kube/types.js'
import {containersOf} from './container.js'
import type {Patient} from './patient.js'

/** Deletions take this long after the grace period without anything being wrong. */
const SLACK_MS = 30_000
/** A finalizer that is not Kubernetes' own is removed this soon after the containers have ended, where somebody is there to do it. */
const HELD_MS = 5_000

/** Finalizers that are removed by controllers of Kubernetes itself, and by what. */
const OWN: Record<string, string> = {
  'batch.kubernetes.io/job-tracking': 'the Job controller, once it has counted the pod',
  foregroundDeletion: 'the garbage collector, once all that the pod owns is gone',
  orphan: 'the garbage collector',
  'kubernetes.io/pvc-protection': 'the controller manager, once no pod uses the claim',
  'kubernetes.io/pv-protection': 'the controller manager, once no claim is bound to the volume',
  'service.kubernetes.io/load-balancer-cleanup': 'the cloud controller manager, once the load balancer is gone',
  'kueue.x-k8s.io/managed': 'Kueue, once it has counted the pod',
}

/**
 * Everything in the pod has ended, and a finalizer keeps the object. Such a pod is not stopping any more: it waits for the finalizer alone.
 */
export function isHeld(pod: Pod): boolean {
  const ended = pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded'
    || (pod.status?.containerStatuses ?? []).every(({state}) => !state?.running)
  return ended && pod.metadata?.deletionTimestamp !== undefined && (pod.metadata.finalizers ?? []).length > 0
}

/** The pod is being deleted and should be gone. `deletionTimestamp` is the end of the grace period, not its beginning. */
export function isPastDeletion(pod: Pod, now: number): boolean {
  const over = now - Date.parse(pod.metadata?.deletionTimestamp ?? '')
  return over > SLACK_MS || (over > HELD_MS && isHeld(pod) && (pod.metadata?.finalizers ?? []).some(name => !isKubernetesOwn(name)))
}

export const isOverdue = ({pod, cluster}: Patient): boolean => isPastDeletion(pod, cluster.now)

/**
 * The node controller has written Ready=False, and nothing else: the containers stand there as they were last seen. A kubelet that stops a pod writes
 * both at once.
 */
export function isFrozen(pod: Pod, now: number): boolean {
  const ready = pod.status?.conditions?.find(({type}) => type === 'Ready')
  const containers = containersOf(pod, now)
  return pod.spec?.nodeName !== undefined && pod.status?.phase === 'Running' && ready !== undefined && ready.status !== 'True' && !ready.reason
    && containers.length > 0 && containers.every(({role, status}) => role === 'init' || status?.ready)
}

/** Whether a controller of Kubernetes itself (or of Kueue) removes the finalizer, in its own time. */
export const isKubernetesOwn = (finalizer: string): boolean => OWN[finalizer] !== undefined

/** Who removes a finalizer, as far as Kubernetes' own are known; others are named after the domain of their program. */
export const removerOf = (finalizer: string): string => OWN[finalizer] ?? `the program of ${finalizer.split('/')[0]} that has set it`
