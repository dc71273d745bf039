import type {
  CoreV1Event, ResourceV1ResourceClaim, V1ClusterRole, V1ClusterRoleBinding, V1ConfigMap, V1Container, V1ContainerStatus, V1CronJob, V1CSIDriver, V1CSINode,
  V1DaemonSet, V1Deployment, V1DeviceClass, V1EndpointSlice, V1Ingress, V1IngressClass, V1Job, V1Lease, V1LimitRange, V1MutatingWebhookConfiguration,
  V1Namespace, V1NetworkPolicy, V1Node, V1PersistentVolume, V1PersistentVolumeClaim, V1Pod, V1PodDisruptionBudget, V1PodSpec, V1PriorityClass, V1ReplicaSet,
  V1ResourceClaimTemplate, V1ResourceQuota, V1ResourceSlice, V1Role, V1RoleBinding, V1RuntimeClass, V1Secret, V1Service, V1ServiceAccount, V1StatefulSet,
  V1StorageClass, V1ValidatingAdmissionPolicy, V1ValidatingAdmissionPolicyBinding, V1ValidatingWebhookConfiguration, V1VolumeAttachment,
  V2HorizontalPodAutoscaler,
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
export type Service = Stored<V1Service>
export type PodDisruptionBudget = Stored<V1PodDisruptionBudget>
export type PersistentVolumeClaim = Stored<V1PersistentVolumeClaim>
export type Ingress = Stored<V1Ingress>
export type HorizontalPodAutoscaler = Stored<V2HorizontalPodAutoscaler>
export type EndpointSlice = Stored<V1EndpointSlice>

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
  ClusterRole: Stored<V1ClusterRole>
  ClusterRoleBinding: Stored<V1ClusterRoleBinding>
  ConfigMap: Stored<V1ConfigMap>
  CronJob: CronJob
  CSIDriver: Stored<V1CSIDriver>
  CSINode: Stored<V1CSINode>
  DaemonSet: DaemonSet
  Deployment: Deployment
  DeviceClass: Stored<V1DeviceClass>
  EndpointSlice: EndpointSlice
  Event: Event
  HorizontalPodAutoscaler: HorizontalPodAutoscaler
  Ingress: Ingress
  IngressClass: Stored<V1IngressClass>
  Job: Job
  Lease: Stored<V1Lease>
  LimitRange: Stored<V1LimitRange>
  MutatingWebhookConfiguration: Stored<V1MutatingWebhookConfiguration>
  Namespace: Stored<V1Namespace>
  NetworkPolicy: Stored<V1NetworkPolicy>
  Node: Node
  PersistentVolume: Stored<V1PersistentVolume>
  PersistentVolumeClaim: PersistentVolumeClaim
  Pod: Pod
  PodDisruptionBudget: PodDisruptionBudget
  PriorityClass: Stored<V1PriorityClass>
  ReplicaSet: ReplicaSet
  ResourceClaim: Stored<ResourceV1ResourceClaim>
  ResourceClaimTemplate: Stored<V1ResourceClaimTemplate>
  ResourceQuota: Stored<V1ResourceQuota>
  ResourceSlice: Stored<V1ResourceSlice>
  Role: Stored<V1Role>
  RoleBinding: Stored<V1RoleBinding>
  RuntimeClass: Stored<V1RuntimeClass>
  Secret: Secret
  Service: Service
  ServiceAccount: Stored<V1ServiceAccount>
  StatefulSet: StatefulSet
  StorageClass: Stored<V1StorageClass>
  ValidatingAdmissionPolicy: Stored<V1ValidatingAdmissionPolicy>
  ValidatingAdmissionPolicyBinding: Stored<V1ValidatingAdmissionPolicyBinding>
  ValidatingWebhookConfiguration: Stored<V1ValidatingWebhookConfiguration>
  VolumeAttachment: Stored<V1VolumeAttachment>
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
