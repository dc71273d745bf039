import type {Patient} from './patient.js'

/** Deletions take this long after the grace period without anything being wrong. */
const SLACK_MS = 30_000

/** The pod is being deleted, and its grace period is over. `deletionTimestamp` is the end of that period, not its beginning. */
export const isOverdue = ({pod, cluster}: Patient): boolean => cluster.now - Date.parse(pod.metadata?.deletionTimestamp ?? '') > SLACK_MS

/** Who removes a finalizer, as far as Kubernetes' own are known; others are named after the domain of their program. */
export const removerOf = (finalizer: string): string => ({
  'batch.kubernetes.io/job-tracking': 'the Job controller, once it has counted the pod',
  foregroundDeletion: 'the garbage collector, once all that the pod owns is gone',
  orphan: 'the garbage collector',
}[finalizer] ?? `the program of ${finalizer.split('/')[0]} that has set it`)
