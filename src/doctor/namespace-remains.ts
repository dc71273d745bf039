import type {Kind, Kinds, KubeObject} from '../kube/types.js'
import {cite, refOf} from './cite.js'
import type {Cluster} from './cluster.js'
import {isKubernetesOwn, isPastDeletion, removerOf} from './deletion.js'
import {wordOf} from './fix.js'
import type {Evidence, Fix} from './types.js'

/** Kinds as the namespace controller writes them (resource and group, with a dot between), as far as we can list them. */
const KINDS: Record<string, Kind> = {
  'pods.': 'Pod', 'persistentvolumeclaims.': 'PersistentVolumeClaim', 'configmaps.': 'ConfigMap', 'secrets.': 'Secret', 'services.': 'Service',
  'deployments.apps': 'Deployment', 'statefulsets.apps': 'StatefulSet', 'replicasets.apps': 'ReplicaSet', 'daemonsets.apps': 'DaemonSet',
  'jobs.batch': 'Job', 'cronjobs.batch': 'CronJob', 'ingresses.networking.k8s.io': 'Ingress',
}

export interface Remains {
  /** `pods`, `widgets.shop.example`. */
  resource: string
  count: number
  /** The objects themselves, where they could be listed: `pod/db`. */
  objects: KubeObject[]
}

/** Of `Some resources are remaining: pods. has 1 resource instances, widgets.shop.example has 2 resource instances`. */
export function remainsIn(cluster: Cluster, namespace: string, message: string): Remains[] {
  return [...message.matchAll(/([a-z][\w-]*\.[\w.-]*) has (\d+) resource instances/g)].map(([, resource = '', count]) => {
    const kind = KINDS[resource]
    const objects = kind === undefined ? [] : (cluster.list(kind, kind === 'Pod' ? {namespace} : {namespace, metadataOnly: true}) ?? []) as KubeObject[]
    return {resource: resource.replace(/\.$/, ''), count: Number(count), objects: objects.filter(({metadata}) => metadata?.deletionTimestamp !== undefined)}
  })
}

/** Of `Some content in the namespace has finalizers remaining: shop.example/backup in 1 resource instances`. */
export const finalizersIn = (message: string): string[] => [...message.matchAll(/([\w.-]+(?:\/[\w.-]+)?) in \d+ resource instances/g)].map(([, name = '']) => name)

/** Of `unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1`. */
export const silentApis = (message: string): string[] =>
  [...new Set([...message.matchAll(/(?:server APIs: |, )([\w.-]+\/v\w+): /g)].map(([, api = '']) => api))]

/** Conditions of a namespace that is being deleted (pkg/controller/namespace/deletion/status_condition_utils.go): the controller writes them with every try. */
const TYPES = ['NamespaceDeletionDiscoveryFailure', 'NamespaceDeletionGroupVersionParsingFailure', 'NamespaceFinalizersRemaining', 'NamespaceDeletionContentFailure', 'NamespaceContentRemaining'] as const

/** What is in a namespace takes its grace periods. */
const LONG_MS = 30_000
/** A finalizer that is not Kubernetes' own is gone this soon, where somebody is there to remove it. */
const FOREIGN_MS = 5_000

/** Why a namespace that is being deleted stays. */
export interface Hold {
  /** A clause: `pod/db still has finalizer "shop.example/backup"`. */
  words: string
  evidence: Evidence[]
  fixes: Fix[]
  part: string
  /** The objects that stay, as far as they are known. */
  objects: KubeObject[]
}

/** What keeps the namespace; `undefined`: it is not being deleted, or has not had the time that this takes. */
export function holdOf(cluster: Cluster, namespace: Kinds['Namespace']): Hold | undefined {
  const conditions = namespace.status?.conditions ?? []
  const since = namespace.metadata?.deletionTimestamp
  const index = TYPES.map(type => conditions.findIndex(condition => condition.type === type && condition.status === 'True')).find(i => i >= 0)
  const condition = index === undefined ? undefined : conditions[index]
  if (since === undefined) return undefined
  if (!condition) return heldByPods(cluster, namespace)
  const message = condition.message ?? ''
  const [apis, finalizers] = [silentApis(message), finalizersIn(message)]
  const foreign = condition.type === 'NamespaceFinalizersRemaining' && finalizers.some(name => !isKubernetesOwn(name))
  if (!(cluster.now - Date.parse(since) > (foreign ? FOREIGN_MS : LONG_MS))) return undefined
  const content = conditions.findIndex(({type, status}) => type === 'NamespaceContentRemaining' && status === 'True')
  const remains = content < 0 ? [] : remainsIn(cluster, namespace.metadata?.name ?? '', conditions[content]!.message ?? '')
  const objects = remains.flatMap(({objects}) => objects)
  const held = objects.filter(({metadata}) => metadata?.finalizers?.some(name => finalizers.includes(name)))
  const wordsOf = (some: KubeObject[]) => some.slice(0, 4).map(object => wordOf(refOf(object))).join(', ')
  const left = remains.map(({resource, count, objects}) => objects.length > 0 ? wordsOf(objects) : `${count} ${resource}`).join(', ')
  const evidence = ['metadata.deletionTimestamp', `status.conditions[${index}].message`, ...(content < 0 || content === index ? [] : [`status.conditions[${content}].message`])].map(path => cite(namespace, path))
  const [api] = apis
  const about = {evidence, objects: held.length > 0 ? held : objects, part: apis.join(' ') || finalizers.join(' ') || condition.type}
  if (condition.type === 'NamespaceDeletionDiscoveryFailure' && api !== undefined) {
    const service = api.split('/').toReversed().join('.')
    return {...about, words: `the server of API ${apis.join(', ')} (APIService ${service}) does not answer, so nobody knows what is left`,
      fixes: [{action: `Bring back the server behind APIService ${service}`},
        {action: 'Take the API out of the cluster, if its server is gone for good', removesGuard: '', commands: [['kubectl', 'delete', `apiservice/${service}`]]}]}
  }
  if (condition.type === 'NamespaceFinalizersRemaining' && finalizers.length > 0) {
    const named = finalizers.map(name => `"${name}"`).join(', ')
    const many = held.length > 0 ? held.length > 1 : remains.reduce((sum, {count}) => sum + count, 0) > 1
    return {...about, words: `${held.length > 0 ? wordsOf(held) : left || 'an object in it'} still ${many ? 'have' : 'has'} finalizer ${named}`,
      fixes: [{action: `Bring back what removes finalizer ${named}: ${[...new Set(finalizers.map(removerOf))].join('; ')}`}]}
  }
  return {...about, words: `${message.trim().replace(/\.$/, '')}${condition.type === 'NamespaceContentRemaining' && objects.length > 0 ? ` (${left})` : ''}`, fixes: []}
}

/**
 * Since 1.33 the pods go first, and the rest only when they are gone (OrderedNamespaceDeletion); the controller's conditions then say that all content is
 * removed although a pod stays (seen on 1.34).
 */
function heldByPods(cluster: Cluster, namespace: Kinds['Namespace']): Hold | undefined {
  const pods = cluster.list('Pod', {namespace: namespace.metadata?.name}) ?? []
  const [stuck, ...more] = pods.filter(pod => isPastDeletion(pod, cluster.now))
  if (!stuck) return undefined
  const finalizers = stuck.metadata?.finalizers ?? []
  const named = finalizers.map(name => `"${name}"`).join(', ')
  return {
    words: `${wordOf(refOf(stuck))}${finalizers.length > 0 ? ` still has finalizer ${named}` : ' does not go'}${more.length > 0 ? `, and ${more.length} more pod${more.length === 1 ? '' : 's'} stay` : ''}`,
    evidence: [cite(namespace, 'metadata.deletionTimestamp'), cite(stuck, finalizers.length > 0 ? 'metadata.finalizers' : 'metadata.deletionTimestamp')],
    fixes: finalizers.length > 0 ? [{action: `Bring back what removes finalizer ${named}: ${[...new Set(finalizers.map(removerOf))].join('; ')}`}] : [],
    part: finalizers.join(' ') || 'pods', objects: [stuck, ...more],
  }
}
