import type {HorizontalPodAutoscaler, Ingress, Job, Kind, KubeObject, Pod, ReplicaSet, Service} from '../kube/types.js'
import {refOf} from './cite.js'
import type {Cluster} from './cluster.js'
import {isCustom} from './kind.js'
import {backendsOf} from './object-state.js'
import {chainOf} from './owner.js'
import {newestOf, WORKLOAD_KINDS} from './workload.js'

/** The pods that a target leads to: those that a Service selects, that use a claim, that a workload stands for now; of a Deployment those of its newest ReplicaSet, and older ones only while they are needed. */
export function podsUnder(cluster: Cluster, object: KubeObject): Pod[] {
  const namespace = object.metadata?.namespace ?? 'default'
  const {spec} = object as {spec?: {selector?: {matchLabels?: Record<string, string>}}}
  if (object.kind === 'Node' || object.kind === 'Namespace') return []
  cluster.primeEvents(namespace)
  if (isCustom(refOf(object).kind)) return podsMadeFor(cluster, object, namespace)
  switch (object.kind) {
    case 'Deployment': {
      const selector = spec?.selector
      const sets = cluster.list('ReplicaSet', {namespace, selector})?.filter(set => isOwnedBy(set, object)) ?? cluster.ownedBy('ReplicaSet', object.metadata?.uid)
      const pods = cluster.list('Pod', {namespace, selector}) ?? cluster.held('Pod', namespace) as Pod[]
      return pods.filter(pod => sets.some((set: ReplicaSet) => isOwnedBy(pod, set)))
    }
    case 'CronJob': {
      const job = currentJob(cluster, object)
      return job ? podsUnder(cluster, job) : []
    }
    case 'HorizontalPodAutoscaler': {
      const {kind = '', name = ''} = (object as HorizontalPodAutoscaler).spec?.scaleTargetRef ?? {}
      const scaled = (WORKLOAD_KINDS as readonly string[]).includes(kind) ? cluster.find(kind as Kind, name, namespace) : undefined
      return scaled ? podsUnder(cluster, scaled) : []
    }
    case 'Ingress': return backendsOf(object as Ingress).flatMap(({name}) => {
      const service = cluster.find('Service', name, namespace)
      return service ? podsUnder(cluster, service) : []
    })
    case 'PersistentVolumeClaim': return ((cluster.list('Pod', {namespace}) ?? cluster.held('Pod', namespace)) as Pod[])
      .filter(({spec: podSpec}) => podSpec?.volumes?.some(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName === object.metadata?.name))
    case 'PodDisruptionBudget': return spec?.selector ? cluster.list('Pod', {namespace, selector: spec.selector}) ?? [] : []
    case 'Service': {
      const {selector = {}} = (object as Service).spec ?? {}
      return Object.keys(selector).length > 0 ? cluster.list('Pod', {namespace, selector: {matchLabels: selector}}) ?? [] : []
    }
    default: {
      const pods = cluster.list('Pod', {namespace, selector: spec?.selector}) ?? cluster.held('Pod', namespace) as Pod[]
      return pods.filter(pod => isOwnedBy(pod, object))
    }
  }
}

/** The pods of a custom object, whatever stands between it and them. */
function podsMadeFor(cluster: Cluster, object: KubeObject, namespace: string): Pod[] {
  // Listed, the makers need not be read one by one.
  for (const kind of ['ReplicaSet', 'StatefulSet', 'Deployment'] as const) cluster.list(kind, {namespace})
  const pods = cluster.list('Pod', {namespace}) ?? cluster.held('Pod', namespace) as Pod[]
  return pods.filter(pod => chainOf(cluster, pod).some(ancestor => isOwnedBy(ancestor, object)))
}

/** The newest run of a CronJob: older ones are history. */
export const currentJob = (cluster: Cluster, object: KubeObject): Job | undefined =>
  newestOf((cluster.list('Job', {namespace: object.metadata?.namespace}) ?? cluster.ownedBy('Job', object.metadata?.uid)).filter(job => isOwnedBy(job, object)))

const isOwnedBy = (object: KubeObject, owner: KubeObject) => object.metadata?.ownerReferences?.some(({uid}) => uid === owner.metadata?.uid) ?? false
