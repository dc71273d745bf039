import type {EndpointSlice, HorizontalPodAutoscaler, Ingress, KubeObject, Node, PersistentVolumeClaim, PodDisruptionBudget, Service} from '../kube/types.js'
import {refOf} from './cite.js'
import {isScheduledFirst} from './claims.js'
import type {Cluster} from './cluster.js'
import {OBJECT_KINDS, type ObjectKind} from './rule.js'
import {Subject} from './subject.js'
import type {State} from './types.js'

/** What speaks against an object, and what kubectl prints as its status. `unread`: it depends on a read that nobody could make. */
interface Judged {facts: string[], status: string, unread?: string}

export const isObjectKind = (kind: string | undefined): kind is ObjectKind => (OBJECT_KINDS as readonly string[]).includes(kind ?? '')

/** From an object that is no workload to sound or sick: a Service is sound when every port of it leads to a ready pod, a claim when it is bound. */
export function stateOfObject(cluster: Cluster, object: KubeObject): State {
  const {facts, status, unread} = judge(cluster, object)
  return {
    object: refOf(object), condition: facts.length > 0 ? 'sick' : unread === undefined ? 'sound' : 'unknown', status,
    facts: facts.length > 0 || unread === undefined ? facts : [unread],
    ...(object.metadata?.creationTimestamp !== undefined && {since: object.metadata.creationTimestamp}),
  }
}

function judge(cluster: Cluster, object: KubeObject): Judged {
  const judged = judgeKind(cluster, object)
  const {deletionTimestamp} = object.metadata ?? {}
  return deletionTimestamp === undefined || cluster.now - Date.parse(deletionTimestamp) < 30_000 ? judged
    : {facts: [`being deleted since ${deletionTimestamp}`, ...judged.facts], status: 'Terminating'}
}

function judgeKind(cluster: Cluster, object: KubeObject): Judged {
  switch (object.kind) {
    case 'Service': return judgeService(cluster, object as Service)
    case 'Ingress': return judgeIngress(cluster, object as Ingress)
    case 'Node': return judgeNode(object as Node)
    case 'PersistentVolumeClaim': return judgeClaim(cluster, object as PersistentVolumeClaim)
    case 'HorizontalPodAutoscaler': return judgeAutoscaler(object as HorizontalPodAutoscaler)
    case 'PodDisruptionBudget': return judgeBudget(object as PodDisruptionBudget)
    default: return {facts: [], status: (object as {status?: {phase?: string}}).status?.phase ?? 'Active'}
  }
}

/** The EndpointSlices of a Service; `undefined`: nobody could look. */
export const slicesOf = (cluster: Cluster, {metadata}: KubeObject): EndpointSlice[] | undefined =>
  cluster.list('EndpointSlice', {namespace: metadata?.namespace ?? 'default', selector: {matchLabels: {'kubernetes.io/service-name': metadata?.name ?? ''}}})

function judgeService(cluster: Cluster, service: Service): Judged {
  if (service.spec?.type === 'ExternalName') return {facts: [], status: `ExternalName ${service.spec.externalName ?? ''}`}
  const slices = slicesOf(cluster, service)
  if (!slices) return {facts: [], status: 'endpoints not read', unread: 'its EndpointSlices could not be read'}
  const endpoints = slices.flatMap(slice => slice.endpoints ?? [])
  const ready = endpoints.filter(({conditions}) => conditions?.ready !== false)
  // Each address family has slices of its own, with the same pods.
  const count = Math.max(0, ...[...new Set(slices.map(({addressType}) => addressType))].map(family =>
    slices.filter(({addressType}) => addressType === family).flatMap(({endpoints}) => endpoints ?? []).filter(({conditions}) => conditions?.ready !== false).length))
  const dead = (service.spec?.ports ?? []).filter(({name = ''}) => !slices.some(slice => (slice.endpoints ?? []).some(({conditions}) => conditions?.ready !== false)
    && (slice.ports ?? []).some(port => (port.name ?? '') === name)))
  return {
    status: `${count} ready endpoint${count === 1 ? '' : 's'}`,
    facts: endpoints.length === 0 ? ['it has no endpoints'] : ready.length === 0 ? [`none of its ${endpoints.length} endpoints is ready`]
      : dead.map(({name, port}) => `no endpoint serves port ${name || (port ?? '(none)')}`),
  }
}

function judgeIngress(cluster: Cluster, ingress: Ingress): Judged {
  const namespace = ingress.metadata?.namespace ?? 'default'
  const names = backendsOf(ingress).map(({name}) => name)
  const services = [...new Set(names)].map(name => ({name, service: cluster.find('Service', name, namespace)}))
  const facts = services.flatMap(({name, service}) => service === null ? [`Service "${name}" does not exist`]
    : service ? judgeService(cluster, service).facts.map(fact => `Service "${name}": ${fact}`) : [])
  const absent = backendsOf(ingress).flatMap(({name, port}) => {
    const service = cluster.find('Service', name, namespace)
    return service && port && (port.name ?? port.number) !== undefined && !hasPort(service, port) ? [`Service "${name}" has no port ${port.name ?? port.number}`] : []
  })
  const all = [...new Set([...facts, ...absent])]
  const blind = services.some(({service}) => service === undefined || (service && judgeService(cluster, service).unread !== undefined))
  return {facts: all, status: `${services.length} backend${services.length === 1 ? '' : 's'}`, ...(blind && {unread: 'not all of its Services could be read'})}
}

/** Whether the Service has the port that an Ingress names, by number or by name. */
export const hasPort = ({spec}: Service, {name, number}: {name?: string, number?: number}): boolean =>
  spec?.ports?.some(own => number === undefined ? own.name === name : own.port === number) ?? false

/** The Services that an Ingress sends requests to, with where it says so. */
export function backendsOf({spec}: Ingress): {name: string, port: {name?: string, number?: number} | undefined, path: string}[] {
  const of = (service: {name: string, port?: {name?: string, number?: number}} | undefined, path: string) =>
    service ? [{name: service.name, port: service.port, path: `${path}.service`}] : []
  return [
    ...of(spec?.defaultBackend?.service, 'spec.defaultBackend'),
    ...(spec?.rules ?? []).flatMap(({http}, i) => (http?.paths ?? []).flatMap(({backend}, j) => of(backend.service, `spec.rules[${i}].http.paths[${j}].backend`))),
  ]
}

function judgeNode({spec, status}: Node): Judged {
  const conditions = status?.conditions ?? []
  const ready = conditions.find(({type}) => type === 'Ready')
  const words = ({type, reason, message}: {type: string, reason?: string, message?: string}) => `condition ${type}: ${reason ?? ''}${message ? `: ${message}` : ''}`
  return {
    facts: [
      ...(ready?.status === 'True' ? [] : [ready ? words(ready) : 'it has no condition Ready']),
      ...conditions.filter(({type, status}) => type !== 'Ready' && status === 'True').map(words),
    ],
    status: `${ready?.status === 'True' ? 'Ready' : 'NotReady'}${spec?.unschedulable ? ',SchedulingDisabled' : ''}`,
  }
}

function judgeClaim(cluster: Cluster, claim: PersistentVolumeClaim): Judged {
  const {spec, status, metadata} = claim
  const phase = status?.phase ?? 'Pending'
  if (phase === 'Bound') return {facts: [], status: 'Bound'}
  const wanted = spec?.storageClassName === undefined || spec.storageClassName === '' ? null : cluster.find('StorageClass', spec.storageClassName)
  const users = cluster.list('Pod', {namespace: metadata?.namespace ?? 'default'})?.filter(pod => pod.spec?.volumes?.some(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName === metadata?.name))
  if (phase === 'Pending' && wanted?.volumeBindingMode === 'WaitForFirstConsumer' && users?.length === 0) return {facts: [], status: 'Pending, waits for the first pod that uses it'}
  const first = users?.find(pod => !pod.spec?.nodeName && isScheduledFirst(new Subject(cluster, claim), claim, pod))
  if (first) return {facts: [], status: `Pending, waits until pod "${first.metadata?.name}" gets a node`}
  return {facts: [`is ${phase}`], status: phase}
}

/** Conditions of an autoscaler: `ScalingDisabled` is somebody's wish (replicas 0), `ScalingLimited` is what the bounds are for. */
function judgeAutoscaler({status}: HorizontalPodAutoscaler): Judged {
  const against = (status?.conditions ?? []).filter(({type, status, reason}) => (type === 'ScalingActive' || type === 'AbleToScale') && status === 'False' && reason !== 'ScalingDisabled')
  return {facts: against.map(({type, reason, message}) => `condition ${type}: ${reason ?? ''}${message ? `: ${message}` : ''}`),
    status: `${status?.currentReplicas ?? 0} of ${status?.desiredReplicas ?? 0} desired replicas`}
}

function judgeBudget({status}: PodDisruptionBudget): Judged {
  const {disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0, expectedPods = 0} = status ?? {}
  return {facts: expectedPods === 0 || disruptionsAllowed > 0 ? [] : [`allows no disruption: ${currentHealthy} of ${expectedPods} pods are healthy, ${desiredHealthy} must be`],
    status: `${disruptionsAllowed} disruptions allowed`}
}
