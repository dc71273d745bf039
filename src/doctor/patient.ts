import type {KubeObject, Pod} from '../kube/types.js'
import {refOf} from './cite.js'
import type {Cluster} from './cluster.js'
import {containersOf, type ContainerView, type Termination} from './container.js'
import {ownerOf, type Owner} from './owner.js'
import {keysOf} from './references.js'
import {Subject} from './subject.js'
import type {Evidence, Log} from './types.js'

export type {ContainerView} from './container.js'

/** A container together with how it ended. */
export type Ended = ContainerView & {ended: Termination}

/** The pod under examination and its surroundings, read from a snapshot. */
export class Patient extends Subject {
  readonly pod: Pod
  /** In the order in which they start. */
  readonly containers: ContainerView[]
  readonly owner: Owner

  constructor(cluster: Cluster, pod: Pod) {
    super(cluster, pod)
    this.pod = pod
    this.containers = containersOf(pod, cluster.now)
    this.owner = ownerOf(cluster, pod)
  }

  /**
   * The containers that have ended in a way nobody wanted, now or (where they are well again) before. Of a pod that is being
   * deleted, the last end is what the deletion has brought, whatever its exit code.
   */
  get ended(): Ended[] {
    return this.containers.filter((container): container is Ended => container.ended !== undefined
      && !(container.ended.exitCode === 0 && !container.restarts)
      && !(this.pod.metadata?.deletionTimestamp !== undefined && !container.ended.previous))
  }

  /** The next container cannot be made yet: the pod waits for its volumes, its network or its image. */
  get preparing(): boolean {
    const next = this.containers.find(({role, status}) =>
      !(role === 'init' && status?.state?.terminated?.exitCode === 0) && !(role === 'sidecar' && status?.started))
    return this.pod.spec?.nodeName !== undefined
      && (next?.status === undefined || next.waiting?.reason === 'ContainerCreating' || next.waiting?.reason === 'PodInitializing')
  }

  condition(type: string): {status: string, reason: string, message: string, path: string, since: string | undefined} | undefined {
    const index = this.pod.status?.conditions?.findIndex(condition => condition.type === type) ?? -1
    const condition = index < 0 ? undefined : this.pod.status?.conditions?.[index]
    return condition && {
      status: condition.status, reason: condition.reason ?? '', message: condition.message ?? '',
      path: `status.conditions[${index}]`, since: condition.lastTransitionTime,
    }
  }

  /** What the container wrote in that run; `null`: there is no such log; `undefined`: nobody could look. */
  log({name}: {name: string}, {previous}: {previous: boolean}): Log | null | undefined {
    return this.cluster.log({namespace: this.namespace, pod: this.ref.name, container: name, previous})
  }

  /** Quotes one line (counted from 0) of a log. */
  citeLog({container, previous, text}: Log, line: number): Evidence {
    const quoted = text.split('\n')[line]
    if (quoted === undefined) throw new Error(`the log of ${container} has no line ${line}`)
    return {object: this.ref, container, previous, line: line + 1, text: quoted}
  }

  /** Quotes the names of an object's keys, which are no secret. */
  citeKeys(object: KubeObject): Evidence[] {
    return [{object: refOf(object), path: 'keys', value: keysOf(object).join(', ') || '(none)'}]
  }
}
