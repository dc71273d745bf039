import type {Node, Pod} from '../kube/types.js'
import type {Cluster} from './cluster.js'
import {matchesNode} from './node-selection.js'
import {byNumbers} from './order.js'
import {avoidedOn, missedAffinity, neighboursOf, repelledOn, type PodTerm, type Repulsion} from './pod-affinity.js'
import {amountsOf, counted, requestsOf, type Amounts} from './resources.js'
import {CORDON, tolerates, untolerated, type Taint} from './taints.js'
import {skewOn, spreadsOf, type Skew} from './topology-spread.js'

/** Why a node is no place for a pod: the scheduler's filter that says so, and what it found. */
export type Blocker =
  | {filter: 'NodeUnschedulable'}
  | {filter: 'TaintToleration', taints: Taint[]}
  | {filter: 'NodeAffinity'}
  | {filter: 'NodePorts', ports: {port: number, protocol: string, holder: Pod}[]}
  | {filter: 'NodeResourcesFit', short: Shortage[]}
  | {filter: 'PodTopologySpread', skew: Skew}
  | {filter: 'PodAffinity', term: PodTerm}
  | {filter: 'PodAntiAffinity', against: Repulsion[]}
  | {filter: 'ExistingAntiAffinity', against: Repulsion[]}

/** A resource of which the node has less left than the pod asks for; amounts in billionths. */
export interface Shortage {
  resource: string
  wanted: bigint
  used: bigint
  capacity: bigint
}

/** A node with the pods on it and what they hold. */
export interface Place {
  node: Node
  name: string
  pods: Pod[]
  allocatable: Amounts
  used: Amounts
  /** All nodes, this one among them: some filters look at the pods of all. */
  site: Site
}

interface Site {
  cluster: Cluster
  places: Place[]
}

/** Pods that have ended hold nothing. The scheduler watches with the same selector. */
export const ACTIVE_PODS = 'status.phase!=Succeeded,status.phase!=Failed'

const known = new WeakMap<Cluster, Place[]>()

/** All nodes in the order of their names, with what their pods hold; undefined where nodes or pods of the cluster may not be listed. */
export function placesOf(cluster: Cluster): Place[] | undefined {
  const before = known.get(cluster)
  if (before) return before
  const nodes = cluster.list('Node')
  const pods = cluster.list('Pod', {fieldSelector: ACTIVE_PODS})
  if (!nodes || !pods) return undefined
  const byNode = new Map<string, Pod[]>()
  for (const pod of pods) {
    const {spec, status} = pod
    if (!spec?.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') continue
    const list = byNode.get(spec.nodeName)
    if (list) list.push(pod)
    else byNode.set(spec.nodeName, [pod])
  }
  const site: Site = {cluster, places: []}
  site.places = nodes.map((node): Place => {
    const name = node.metadata?.name ?? ''
    const pods = byNode.get(name) ?? []
    const used: Amounts = new Map()
    for (const pod of pods) requestsOf(pod).forEach((amount, resource) => used.set(resource, (used.get(resource) ?? 0n) + amount))
    return {node, name, pods, allocatable: counted(amountsOf(node.status?.allocatable)), used, site}
  }).toSorted((a, b) => byNumbers(a.name, b.name))
  known.set(cluster, site.places)
  return site.places
}

/**
 * The scheduler's filters in its own order (apis/config/v1/default_plugins.go): it reports the first that fails on a node,
 * here all do. NodeName is not among them, since a pod with a nodeName never comes to the scheduler. Between the
 * resources and the spread it looks at volumes, after all of them at devices: neither is done here. InterPodAffinity is one filter there and three here, for it has three reasons.
 */
const FILTERS: ((pod: Pod, place: Place) => Blocker | undefined)[] = [
  ({spec}, {node}) => node.spec?.unschedulable && !spec?.tolerations?.some(toleration => tolerates(toleration, {key: CORDON, effect: 'NoSchedule'}))
    ? {filter: 'NodeUnschedulable'} : undefined,
  ({spec}, {node}) => {
    // The taint of a cordon is the cordon.
    const taints = untolerated(node.spec?.taints, spec?.tolerations).filter(({key}) => !(key === CORDON && node.spec?.unschedulable))
    return taints.length > 0 ? {filter: 'TaintToleration', taints} : undefined
  },
  ({spec}, {node}) => matchesNode(spec, node) ? undefined : {filter: 'NodeAffinity'},
  (pod, {pods}) => {
    const wanted = hostPortsOf(pod)
    const ports = wanted.length === 0 ? [] : pods.flatMap(holder => hostPortsOf(holder).filter(taken => wanted.some(own => conflict(own, taken)))
      .map(({port, protocol}) => ({port, protocol, holder})))
    return ports.length > 0 ? {filter: 'NodePorts', ports} : undefined
  },
  (pod, {pods, allocatable, used}) => {
    const left = (resource: string) => (allocatable.get(resource) ?? 0n) - (used.get(resource) ?? 0n)
    const short = [...requestsOf(pod)].filter(([resource, wanted]) => wanted > 0n && wanted > left(resource) && isScheduled(resource))
      .map(([resource, wanted]): Shortage => ({resource, wanted, used: used.get(resource) ?? 0n, capacity: allocatable.get(resource) ?? 0n}))
    const most = allocatable.get('pods') ?? 0n
    if (BigInt(pods.length + 1) * PODS > most) short.unshift({resource: 'pods', wanted: PODS, used: BigInt(pods.length) * PODS, capacity: most})
    return short.length > 0 ? {filter: 'NodeResourcesFit', short} : undefined
  },
  (pod, place) => {
    const skew = skewOn(spreadsOf(pod, place.site.places), place)
    return skew && {filter: 'PodTopologySpread', skew}
  },
  (pod, place) => {
    const term = missedAffinity(neighboursOf(pod, place.site.places, place.site.cluster), place)
    return term && {filter: 'PodAffinity', term}
  },
  (pod, place) => {
    const against = avoidedOn(neighboursOf(pod, place.site.places, place.site.cluster), place)
    return against.length > 0 ? {filter: 'PodAntiAffinity', against} : undefined
  },
  (pod, place) => {
    const against = repelledOn(neighboursOf(pod, place.site.places, place.site.cluster), place)
    return against.length > 0 ? {filter: 'ExistingAntiAffinity', against} : undefined
  },
]

/** One pod, in billionths. */
const PODS = 1_000_000_000n

/** Why the node is no place for the pod, in the scheduler's order; empty where none of these filters is against it. */
export const blockersOf = (pod: Pod, place: Place): Blocker[] => FILTERS.flatMap(filter => filter(pod, place) ?? [])

/** Names that the scheduler counts: others (`foo`) are accepted by nobody, and are not looked at. */
const isScheduled = (resource: string): boolean => /^(?:cpu|memory|ephemeral-storage|hugepages-.+|attachable-volumes-.+|.+\/.+)$/.test(resource)

interface HostPort {ip: string, port: number, protocol: string}

/** Ports of the node that the pod takes for as long as it runs: those of containers and sidecars. */
export const hostPortsOf = ({spec}: Pod): HostPort[] => [...(spec?.initContainers ?? []).filter(({restartPolicy}) => restartPolicy === 'Always'), ...spec?.containers ?? []]
  .flatMap(({ports}) => ports ?? []).filter(({hostPort}) => (hostPort ?? 0) > 0)
  .map(({hostPort, hostIP, protocol}) => ({ip: hostIP || '0.0.0.0', port: hostPort!, protocol: protocol || 'TCP'}))

const conflict = (a: HostPort, b: HostPort) =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0')
