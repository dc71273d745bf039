import type {Event, Job} from '../kube/types.js'
import {timeOf} from './cluster.js'
import type {Evidence} from './types.js'
import type {Workload} from './workload.js'

/** Why a Job was given up, in the words of the job controller (pkg/controller/job/job_controller.go). */
export interface JobEnd {
  job: Job
  reason: string
  message: string
  /** Where the condition stands. */
  path: string
}

/** How the workload's Job has failed. `FailureTarget` comes a moment before `Failed`, with the same reason. */
export function endOfJob({maker}: Workload): JobEnd | undefined {
  if (maker.kind !== 'Job') return undefined
  const job = maker as Job
  const index = job.status?.conditions?.findIndex(({type, status}) => (type === 'Failed' || type === 'FailureTarget') && status === 'True') ?? -1
  const {reason = '', message = ''} = job.status?.conditions?.[index] ?? {}
  return index < 0 ? undefined : {job, reason, message, path: `status.conditions[${index}]`}
}

/** Pods of the Job that have failed and are still there tell their story themselves. */
export const keepsFailedPod = ({cluster}: Workload, {job}: JobEnd): boolean =>
  cluster.ownedBy('Pod', job.metadata?.uid).some(({status}) => status?.phase === 'Failed' || [...status?.containerStatuses ?? [], ...status?.initContainerStatuses ?? []]
    .some(({state, lastState}) => (state?.terminated ?? lastState?.terminated)?.exitCode || state?.waiting?.message))

/** What the events of a pod can tell that is no longer there, most telling first. */
const TELLING: [string, RegExp][] = [
  ['Failed', /^(?!Error: (?:ErrImagePull|ImagePullBackOff)$)/], ['FailedScheduling', /./], ['FailedMount', /./], ['FailedCreatePodSandBox', /./], ['Unhealthy', /./], ['Evicted', /./],
]

/** The last pod that the Job had, what was said about it, and whether its program ran. */
export interface LastPod {name: string, words: string, evidence: Evidence[], container: string | undefined, ran: boolean}

/** Some times have fractions of a second, others not. */
const second = (event: Event) => timeOf(event).slice(0, 19)

/** From the Job's events the name of its last pod, from that pod's events what ailed it. `undefined` once they are gone. */
export function lastPodOf(workload: Workload, {job}: JobEnd): LastPod | undefined {
  const own = workload.cluster.events({kind: 'Job', name: job.metadata?.name ?? '', namespace: workload.namespace})
  const name = own.map(({message = ''}) => /^(?:Deleted|Created) pod: (\S+)$/.exec(message)?.[1]).find(Boolean)
  if (name === undefined) return undefined
  const events = workload.cluster.events({kind: 'Pod', name, namespace: workload.namespace})
  const told = TELLING.map(([reason, words]) => events.find(event => event.reason === reason && event.type !== 'Normal' && words.test(event.message ?? ''))).find(Boolean)
  const back = events.find(({reason}) => reason === 'BackOff')
  const at = [told, back, ...events].map(event => /\{(.+)\}$/.exec(event?.involvedObject?.fieldPath ?? '')?.[1]).find(Boolean)
  const ran = events.some(({reason}) => reason === 'Started')
  const started = events.find(({reason}) => reason === 'Started')
  // What was said before the program ran is over.
  const last = told && !(started && second(told) < second(started)) ? told : undefined
  return {name, words: last?.message?.trim().replace(/\.$/, '') ?? '', evidence: [last ?? back ?? []].flat().map(event => workload.cite(event, 'message')), container: at, ran}
}
