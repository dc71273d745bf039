import type {Kind} from './types.js'

export interface Resource {
  apiVersion: string
  plural: string
  namespaced: boolean
  /** kubectl's abbreviations. */
  short: string[]
}

const core = (plural: string, short: string[] = [], namespaced = true): Resource => ({apiVersion: 'v1', plural, namespaced, short})

/** Where the API serves each kind, and what kubectl calls it: `kubectl api-resources` of 1.34. */
export const resources: Record<Kind, Resource> = {
  ClusterRole: {apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'clusterroles', namespaced: false, short: []},
  ClusterRoleBinding: {apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'clusterrolebindings', namespaced: false, short: []},
  ConfigMap: core('configmaps', ['cm']),
  CronJob: {apiVersion: 'batch/v1', plural: 'cronjobs', namespaced: true, short: ['cj']},
  CSIDriver: {apiVersion: 'storage.k8s.io/v1', plural: 'csidrivers', namespaced: false, short: []},
  CSINode: {apiVersion: 'storage.k8s.io/v1', plural: 'csinodes', namespaced: false, short: []},
  DaemonSet: {apiVersion: 'apps/v1', plural: 'daemonsets', namespaced: true, short: ['ds']},
  Deployment: {apiVersion: 'apps/v1', plural: 'deployments', namespaced: true, short: ['deploy']},
  DeviceClass: {apiVersion: 'resource.k8s.io/v1', plural: 'deviceclasses', namespaced: false, short: []},
  EndpointSlice: {apiVersion: 'discovery.k8s.io/v1', plural: 'endpointslices', namespaced: true, short: []},
  Event: core('events', ['ev']),
  HorizontalPodAutoscaler: {apiVersion: 'autoscaling/v2', plural: 'horizontalpodautoscalers', namespaced: true, short: ['hpa']},
  Ingress: {apiVersion: 'networking.k8s.io/v1', plural: 'ingresses', namespaced: true, short: ['ing']},
  IngressClass: {apiVersion: 'networking.k8s.io/v1', plural: 'ingressclasses', namespaced: false, short: []},
  Job: {apiVersion: 'batch/v1', plural: 'jobs', namespaced: true, short: []},
  Lease: {apiVersion: 'coordination.k8s.io/v1', plural: 'leases', namespaced: true, short: []},
  LimitRange: core('limitranges', ['limits']),
  MutatingWebhookConfiguration: {apiVersion: 'admissionregistration.k8s.io/v1', plural: 'mutatingwebhookconfigurations', namespaced: false, short: []},
  Namespace: core('namespaces', ['ns'], false),
  NetworkPolicy: {apiVersion: 'networking.k8s.io/v1', plural: 'networkpolicies', namespaced: true, short: ['netpol']},
  Node: core('nodes', ['no'], false),
  PersistentVolume: core('persistentvolumes', ['pv'], false),
  PersistentVolumeClaim: core('persistentvolumeclaims', ['pvc']),
  Pod: core('pods', ['po']),
  PodDisruptionBudget: {apiVersion: 'policy/v1', plural: 'poddisruptionbudgets', namespaced: true, short: ['pdb']},
  PriorityClass: {apiVersion: 'scheduling.k8s.io/v1', plural: 'priorityclasses', namespaced: false, short: ['pc']},
  ReplicaSet: {apiVersion: 'apps/v1', plural: 'replicasets', namespaced: true, short: ['rs']},
  ResourceClaim: {apiVersion: 'resource.k8s.io/v1', plural: 'resourceclaims', namespaced: true, short: []},
  ResourceClaimTemplate: {apiVersion: 'resource.k8s.io/v1', plural: 'resourceclaimtemplates', namespaced: true, short: []},
  ResourceQuota: core('resourcequotas', ['quota']),
  ResourceSlice: {apiVersion: 'resource.k8s.io/v1', plural: 'resourceslices', namespaced: false, short: []},
  Role: {apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'roles', namespaced: true, short: []},
  RoleBinding: {apiVersion: 'rbac.authorization.k8s.io/v1', plural: 'rolebindings', namespaced: true, short: []},
  RuntimeClass: {apiVersion: 'node.k8s.io/v1', plural: 'runtimeclasses', namespaced: false, short: []},
  Secret: core('secrets'),
  Service: core('services', ['svc']),
  ServiceAccount: core('serviceaccounts', ['sa']),
  StatefulSet: {apiVersion: 'apps/v1', plural: 'statefulsets', namespaced: true, short: ['sts']},
  StorageClass: {apiVersion: 'storage.k8s.io/v1', plural: 'storageclasses', namespaced: false, short: ['sc']},
  ValidatingAdmissionPolicy: {apiVersion: 'admissionregistration.k8s.io/v1', plural: 'validatingadmissionpolicies', namespaced: false, short: []},
  ValidatingAdmissionPolicyBinding: {apiVersion: 'admissionregistration.k8s.io/v1', plural: 'validatingadmissionpolicybindings', namespaced: false, short: []},
  ValidatingWebhookConfiguration: {apiVersion: 'admissionregistration.k8s.io/v1', plural: 'validatingwebhookconfigurations', namespaced: false, short: []},
  VolumeAttachment: {apiVersion: 'storage.k8s.io/v1', plural: 'volumeattachments', namespaced: false, short: []},
}

const kinds = Object.keys(resources) as Kind[]
const byWord = new Map(kinds.flatMap(kind => [kind.toLowerCase(), resources[kind].plural, ...resources[kind].short].map(word => [word, kind] as const)))

/**
 * The kind that a word of the command line means, as kubectl reads it: `deploy`, `Deployments`, `deployment.apps`,
 * `deployments.v1.apps`. `undefined` for what this program does not know.
 */
export function kindOf(word: string): Kind | undefined {
  const [, resource = '', version, group = ''] = /^([^.]+)(?:\.(v\d[a-z0-9]*))?\.?(.*)$/.exec(word.toLowerCase()) ?? []
  const kind = byWord.get(resource)
  if (kind === undefined) return undefined
  const own = groupAndVersion(resources[kind].apiVersion)
  const groupFits = group === own.group || (group === '' && (version === undefined && !word.endsWith('.') || own.group === ''))
  return groupFits && (version === undefined || version === own.version) ? kind : undefined
}

/** `apps/v1` → group `apps`, version `v1`; the core group's name is empty. */
export function groupAndVersion(apiVersion: string): {group: string, version: string} {
  const [first = '', second] = apiVersion.split('/')
  return second === undefined ? {group: '', version: first} : {group: first, version: second}
}

/** Whether this program knows the kind by name. */
export const isKind = (kind: string | undefined): kind is Kind => kind !== undefined && Object.hasOwn(resources, kind)

/** `/apis/apps/v1/namespaces/shop/deployments/api`: where the API serves an object, or without a name the list of them. */
export const pathOf = (kind: Kind, namespace?: string, name?: string): string => pathIn(resources[kind], namespace, name)

/** The same for a resource of any kind. */
export function pathIn({apiVersion, plural, namespaced}: Resource, namespace?: string, name?: string): string {
  return [
    apiVersion.includes('/') ? '/apis' : '/api', apiVersion,
    ...(namespaced && namespace !== undefined ? ['namespaces', encodeURIComponent(namespace)] : []),
    plural, ...(name === undefined ? [] : [encodeURIComponent(name)]),
  ].join('/')
}
