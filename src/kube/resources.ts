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
  ConfigMap: core('configmaps', ['cm']),
  CronJob: {apiVersion: 'batch/v1', plural: 'cronjobs', namespaced: true, short: ['cj']},
  DaemonSet: {apiVersion: 'apps/v1', plural: 'daemonsets', namespaced: true, short: ['ds']},
  Deployment: {apiVersion: 'apps/v1', plural: 'deployments', namespaced: true, short: ['deploy']},
  Event: core('events', ['ev']),
  Job: {apiVersion: 'batch/v1', plural: 'jobs', namespaced: true, short: []},
  Namespace: core('namespaces', ['ns'], false),
  Node: core('nodes', ['no'], false),
  PersistentVolume: core('persistentvolumes', ['pv'], false),
  PersistentVolumeClaim: core('persistentvolumeclaims', ['pvc']),
  Pod: core('pods', ['po']),
  ReplicaSet: {apiVersion: 'apps/v1', plural: 'replicasets', namespaced: true, short: ['rs']},
  ResourceQuota: core('resourcequotas', ['quota']),
  Secret: core('secrets'),
  Service: core('services', ['svc']),
  ServiceAccount: core('serviceaccounts', ['sa']),
  StatefulSet: {apiVersion: 'apps/v1', plural: 'statefulsets', namespaced: true, short: ['sts']},
  StorageClass: {apiVersion: 'storage.k8s.io/v1', plural: 'storageclasses', namespaced: false, short: ['sc']},
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
export function pathOf(kind: Kind, namespace?: string, name?: string): string {
  const {apiVersion, plural, namespaced} = resources[kind]
  return [
    apiVersion.includes('/') ? '/apis' : '/api', apiVersion,
    ...(namespaced && namespace !== undefined ? ['namespaces', encodeURIComponent(namespace)] : []),
    plural, ...(name === undefined ? [] : [encodeURIComponent(name)]),
  ].join('/')
}
