import type {
  CoreV1Event, V1ConfigMap, V1Container, V1ContainerStatus, V1CronJob, V1DaemonSet, V1Deployment, V1Job, V1Namespace, V1Node,
  V1PersistentVolume, V1PersistentVolumeClaim, V1Pod, V1PodSpec, V1ReplicaSet, V1ResourceQuota, V1Secret, V1Service, V1ServiceAccount, V1StatefulSet,
  V1StorageClass,
} from '@kubernetes/client-node'

/**
 * A Kubernetes type as it looks on the wire. The client library's types describe objects after it has parsed them
 * (timestamps are `Date`s); a snapshot holds what the API server sent, so that it survives a round trip through a file.
 */
export type Wire<T> = T extends Date ? string
  : T extends (infer Item)[] ? Wire<Item>[]
  : T extends object ? {[Key in keyof T]: Wire<T[Key]>}
  : T

/** An object as a snapshot holds it: as it came, but for its metadata, of which `managedFields` is reduced. */
type Stored<T> = Omit<Wire<T>, 'metadata'> & KubeObject

export type Pod = Stored<V1Pod>
export type PodSpec = Wire<V1PodSpec>
export type Container = Wire<V1Container>
export type ContainerStatus = Wire<V1ContainerStatus>
export type Event = Stored<CoreV1Event>
export type Node = Stored<V1Node>
export type Deployment = Stored<V1Deployment>
export type ReplicaSet = Stored<V1ReplicaSet>
export type StatefulSet = Stored<V1StatefulSet>
export type DaemonSet = Stored<V1DaemonSet>
export type Job = Stored<V1Job>
export type CronJob = Stored<V1CronJob>

/** What the source found out about one value of a Secret or ConfigMap before it dropped the value. */
export interface KeyFacts {
  /** Length of the decoded value. */
  bytes: number
  /** The value ends in a newline, which most programs that read a password do not expect. */
  trailingNewline?: true
}

/**
 * A Secret as the snapshot holds it: every value of `data` is the empty string, what rules need of the values stands in
 * `facts`, computed as the answer was read.
 */
export type Secret = Omit<Stored<V1Secret>, 'data' | 'stringData'> & {
  data?: Record<string, string>
  facts?: {
    keys: Record<string, KeyFacts>
    /** Registry hosts of a `kubernetes.io/dockerconfigjson` or `dockercfg` Secret: the names, never the logins. */
    registries?: string[]
  }
}

/** Kinds that the doctor knows by name. The key is the kind as an object spells it. */
export interface Kinds {
  ConfigMap: Stored<V1ConfigMap>
  CronJob: CronJob
  DaemonSet: DaemonSet
  Deployment: Deployment
  Event: Event
  Job: Job
  Namespace: Stored<V1Namespace>
  Node: Node
  PersistentVolume: Stored<V1PersistentVolume>
  PersistentVolumeClaim: Stored<V1PersistentVolumeClaim>
  Pod: Pod
  ReplicaSet: ReplicaSet
  ResourceQuota: Stored<V1ResourceQuota>
  Secret: Secret
  Service: Stored<V1Service>
  ServiceAccount: Stored<V1ServiceAccount>
  StatefulSet: StatefulSet
  StorageClass: Stored<V1StorageClass>
}
export type Kind = keyof Kinds

/** Who last set which fields, and when: what is left of a `managedFields` entry after {@link reduceManagedFields}. */
export interface FieldOwner {
  manager: string
  operation: string
  time?: string
  /** Set for writes through a subresource such as `status`. */
  subresource?: string
  /** Paths of two segments at most, without list items: `data.password`, `spec.unschedulable`, `spec.replicas`, `metadata.labels`. */
  fields: string[]
}

export interface OwnerReference {apiVersion: string, kind: string, name: string, uid: string, controller?: boolean}

export interface Metadata {
  name?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
  creationTimestamp?: string
  deletionTimestamp?: string
  deletionGracePeriodSeconds?: number
  generation?: number
  labels?: Record<string, string>
  annotations?: Record<string, string>
  ownerReferences?: OwnerReference[]
  finalizers?: string[]
  managedFields?: FieldOwner[]
}

/** Any object, as plain JSON. `metadataOnly` marks one that was read as metadata only: it has no spec, no status, no data. */
export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata?: Metadata
  metadataOnly?: true
}
