import type {Event, KubeObject, PodSpec, ReplicaSet} from '../kube/types.js'
import {refOf} from './cite.js'
import type {Cluster} from './cluster.js'
import {ownerFrom, templateSpecOf, type Owner} from './owner.js'
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
    this.owner = ownerFrom(this.ref, object)
  }

  /** The object whose controller makes the pods: the newest ReplicaSet of a Deployment, else the workload itself. */
  get maker(): KubeObject {
    if (this.ref.kind !== 'Deployment') return this.object
    const owned = this.cluster.ownedBy('ReplicaSet', this.object.metadata?.uid)
    return (owned.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0] as KubeObject | undefined) ?? this.object
  }

  /** The spec that new pods get. */
  get template(): PodSpec | undefined {
    return templateSpecOf(this.owner) ?? (this.object as {spec?: {template?: {spec?: PodSpec}}}).spec?.template?.spec
  }

  /** Where the pod's spec stands in the workload, as a path for evidence. */
  get templatePath(): string {
    return this.ref.kind === 'CronJob' ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec'
  }

  /**
   * Why no pod could be made, newest first. A ReplicaSet and its Deployment keep it in the condition `ReplicaFailure`
   * (without the prefix "Error creating: "); StatefulSet, DaemonSet and Job have only events, which are gone after an hour.
   */
  get refusals(): Refusal[] {
    const fromConditions = [this.object, this.maker].flatMap(object => {
      const {status} = object as {status?: {conditions?: {type: string, status: string, message?: string}[]}}
      const index = status?.conditions?.findIndex(({type, status}) => type === 'ReplicaFailure' && status === 'True') ?? -1
      const message = index < 0 ? undefined : status?.conditions?.[index]?.message
      return message === undefined ? [] : [{message, object, path: `status.conditions[${index}].message`}]
    })
    if (fromConditions.length > 0) return fromConditions.slice(0, 1)
    return this.cluster.events(refOf(this.maker)).filter(({reason}) => reason === 'FailedCreate')
      .map((event: Event) => ({message: event.message ?? '', object: event, path: 'message'}))
  }

  /** How many pods it wants, and how many exist or are ready. */
  get counts(): {wanted: number, made: number, ready: number} {
    const {kind = '', spec = {}, status = {}} = this.object as {kind?: string, spec?: Record<string, number>, status?: Record<string, number>}
    if (kind === 'DaemonSet') return {wanted: status['desiredNumberScheduled'] ?? 0, made: status['currentNumberScheduled'] ?? 0, ready: status['numberReady'] ?? 0}
    if (kind === 'Job') return {wanted: Math.min(spec['parallelism'] ?? 1, spec['completions'] ?? 1), made: (status['active'] ?? 0) + (status['succeeded'] ?? 0), ready: status['ready'] ?? 0}
    return {wanted: spec['replicas'] ?? 1, made: status['replicas'] ?? 0, ready: status['readyReplicas'] ?? 0}
  }

  get pods(): Ref[] {
    return this.cluster.ownedBy('Pod', this.maker.metadata?.uid).map(pod => refOf(pod))
  }
}

const revisionOf = (set: ReplicaSet): number => Number(set.metadata?.annotations?.['deployment.kubernetes.io/revision'] ?? 0)
