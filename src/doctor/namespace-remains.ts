import type {Kind, KubeObject} from '../kube/types.js'
import type {Cluster} from './cluster.js'

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
