import type {Event, Job, KubeObject, PodSpec, ReplicaSet} from '../kube/types.js'
import {refOf, valueAt} from './cite.js'
import {timeOf, type Cluster} from './cluster.js'
import {byText} from './order.js'
import {ownerOf, type Owner} from './owner.js'
import {Subject} from './subject.js'
import type {Ref} from './types.js'

export const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'] as const
export type WorkloadKind = (typeof WORKLOAD_KINDS)[number]

/** Why the API server or a controller would not make a pod, in its own words, and who says so. */
export interface Refusal {
  message: string
  object: KubeObject
  /** Where the message stands in `object`. */
  path: string
}

/** A workload that has fewer pods than it wants, and its surroundings. */
export class Workload extends Subject {
  readonly owner: Owner

  constructor(cluster: Cluster, object: KubeObject) {
    super(cluster, object)
    this.owner = ownerOf(cluster, object)
  }

  /** The object whose controller makes the pods: the newest ReplicaSet of a Deployment, the newest Job of a CronJob, else the workload itself. */
  get maker(): KubeObject {
    const {uid} = this.object.metadata ?? {}
    const made = this.ref.kind === 'Deployment' ? newestRevision(this.cluster.ownedBy('ReplicaSet', uid))
      : this.ref.kind === 'CronJob' ? newestOf(this.cluster.ownedBy('Job', uid)) : undefined
    return made ?? this.object
  }

  /** The object whose template the next pod gets. A Job that a CronJob has made keeps the template that it was made with. */
  get templated(): KubeObject {
    return this.ref.kind === 'CronJob' ? this.maker : this.object
  }

  /** The spec that the next pod gets. */
  get template(): PodSpec | undefined {
    return valueAt(this.templated, this.templatePath) as PodSpec | undefined
  }

  /** Where that spec stands in {@link templated}, as a path for evidence. */
  get templatePath(): string {
    return this.templated.kind === 'CronJob' ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec'
  }

  /**
   * Why no pod could be made, newest first. A ReplicaSet and its Deployment keep it in the condition `ReplicaFailure`
   * (without the prefix "Error creating: "); StatefulSet, DaemonSet and Job have only events, which are gone after an hour.
   * An event is over once a pod was made after it.
   */
  get refusals(): Refusal[] {
    const {maker} = this
    const fromConditions = [this.object, maker].flatMap(object => {
      const {status} = object as {status?: {conditions?: {type: string, status: string, message?: string}[]}}
      const index = status?.conditions?.findIndex(({type, status}) => type === 'ReplicaFailure' && status === 'True') ?? -1
      const message = index < 0 ? undefined : status?.conditions?.[index]?.message
      return message === undefined ? [] : [{message, object, path: `status.conditions[${index}].message`}]
    })
    if (fromConditions.length > 0) return fromConditions.slice(0, 1)
    const {wanted, made: existing} = this.counts
    if (existing >= wanted && !this.surging) return []
    const events = this.cluster.events(refOf(maker))
    const made = events.find(({reason}) => reason === 'SuccessfulCreate')
    const since = [maker.metadata?.creationTimestamp ?? '', made ? timeOf(made) : ''].sort().at(-1)!
    return events.flatMap((event: Event) => event.reason === 'FailedCreate' && event.message !== undefined && timeOf(event) >= since
      ? [{message: event.message, object: event, path: 'message'}] : [])
  }

  /** A pod is wanted that does not exist, and its controller is not waiting for another pod first. */
  get lacking(): boolean {
    const {wanted, made, ready} = this.counts
    const {spec} = this.object as {spec?: {podManagementPolicy?: string}}
    const ordered = this.ref.kind === 'StatefulSet' && spec?.podManagementPolicy !== 'Parallel'
    return made < wanted && !(ordered && ready < made)
  }

  /** Its pods are all there, and newer ones are to be made beside them before the old ones go. */
  private get surging(): boolean {
    const {status = {}} = this.object as {status?: {updatedNumberScheduled?: number}}
    return this.ref.kind === 'DaemonSet' && (status.updatedNumberScheduled ?? 0) < this.counts.wanted
  }

  /** How many pods it wants now, and how many of them exist or are ready. A Job that is over wants none. */
  get counts(): {wanted: number, made: number, ready: number} {
    const {maker} = this
    if (this.ref.kind === 'Job' || this.ref.kind === 'CronJob') return maker.kind === 'Job' ? countsOfJob(maker) : {wanted: 0, made: 0, ready: 0}
    const {spec = {}, status = {}} = this.object as {spec?: Record<string, number>, status?: Record<string, number>}
    if (this.ref.kind === 'DaemonSet') return {wanted: status['desiredNumberScheduled'] ?? 0, made: status['currentNumberScheduled'] ?? 0, ready: status['numberReady'] ?? 0}
    return {wanted: spec['replicas'] ?? 1, made: status['replicas'] ?? 0, ready: status['readyReplicas'] ?? 0}
  }

  get pods(): Ref[] {
    return this.cluster.ownedBy('Pod', this.maker.metadata?.uid).map(pod => refOf(pod))
  }
}

function countsOfJob({spec, status = {}}: Job): {wanted: number, made: number, ready: number} {
  const over = spec?.suspend || status.conditions?.some(({type, status}) => /^(?:Complete|Failed|FailureTarget|SuccessCriteriaMet)$/.test(type) && status === 'True')
  const left = (spec?.completions ?? Infinity) - (status.succeeded ?? 0)
  return {wanted: over ? 0 : Math.max(0, Math.min(spec?.parallelism ?? 1, left)), made: status.active ?? 0, ready: status.ready ?? 0}
}

/** The youngest of them: for Jobs of one CronJob the run that counts now. */
export const newestOf = <T extends KubeObject>(objects: T[]): T | undefined =>
  objects.toSorted((a, b) => byText(b.metadata?.creationTimestamp ?? '', a.metadata?.creationTimestamp ?? ''))[0]

const newestRevision = (sets: ReplicaSet[]): ReplicaSet | undefined => sets.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0]
const revisionOf = (set: ReplicaSet): number => Number(set.metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
