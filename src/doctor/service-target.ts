import type {Kinds, Pod} from '../kube/types.js'
import type {Attempt, Obstacle} from './destination.js'
import {wordOf} from './fix.js'
import {realPort} from './listening.js'
import {policyAgainst, policyObstacle} from './network-policy.js'
import {Patient} from './patient.js'
import {isThere, podsAbsent, podsUnready, readySince} from './service-pods.js'
import type {Subject} from './subject.js'

type Service = Kinds['Service']
type ServicePort = NonNullable<NonNullable<Service['spec']>['ports']>[number]

/** What is wrong with a Service that exists, seen from a pod that wants to reach it. `only`: one of its pods is meant, by name. */
export function serviceObstacle(patient: Patient, service: Service, wanted: number | undefined, attempt: Attempt, only?: Pod[]): Obstacle | undefined {
  const {namespace = 'default'} = service.metadata ?? {}
  const {spec = {}} = service
  if (spec.type === 'ExternalName') return undefined
  const headless = spec.clusterIP === 'None'
  const ports = (spec.ports ?? []).filter(({protocol = 'TCP'}) => protocol === 'TCP')
  const port = wanted === undefined ? (ports.length === 1 ? ports[0] : undefined) : ports.find(other => other.port === wanted)
  const named = attempt.failure === 'no such name' || attempt.failure === 'not resolved' || attempt.failure === 'no answer'
  // Only the name of a headless Service comes and goes with its pods.
  if (named && !headless) return undefined
  if (!named && wanted !== undefined && !port && !headless && ports.length > 0) return portMissing(patient, service, wanted, ports, attempt)
  if (!spec.selector || Object.keys(spec.selector).length === 0) return only ? undefined : withoutSelector(patient, service)
  const pods = only ?? patient.list('Pod', {namespace, selector: {matchLabels: spec.selector}})?.filter(isThere)
  if (!pods) return undefined
  if (pods.length === 0) return podsAbsent(patient, service)
  const ready = pods.filter(pod => readySince(pod) !== undefined)
  if (ready.length === 0) return spec.publishNotReadyAddresses && named ? undefined : podsUnready(patient, service, pods)
  if (named) return undefined
  const target = targetOf(port, ready, headless ? wanted : undefined)
  if (port && target === undefined) return nameMissing(patient, service, port, ready)
  if (attempt.failure === 'timed out' || attempt.failure === 'waiting') {
    const forbidden = between(patient, ready[0]!, {port: target, name: typeof port?.targetPort === 'string' ? port.targetPort : undefined, protocol: 'TCP'}, `${wordOf(patient.ref)} (${labelWords(patient.pod)})`, service)
    if (forbidden) return forbidden
  }
  const later = ready.every(pod => attempt.at !== undefined && readySince(pod)! > attempt.at)
  return target === undefined || later || attempt.failure === 'timed out' ? undefined : deaf(patient, service, port, target, ready, attempt)
}

/** What is wrong with where a port of the Service leads, as its ready pods show it, without anybody having tried it. */
export function portObstacle(subject: Subject, service: Service, port: ServicePort, ready: Pod[]): Obstacle | undefined {
  const target = targetOf(port, ready, undefined)
  return target === undefined ? nameMissing(subject, service, port, ready) : deaf(subject, service, port, target, ready, {failure: 'waiting'})
}

const labelWords = ({metadata}: Pod) => Object.entries(metadata?.labels ?? {}).filter(([key]) => key !== 'pod-template-hash').map(([key, value]) => `${key}=${value}`).slice(0, 3).join(',') || 'no labels'

/** The port at the pods, as a number; undefined where it is a name that no container of them has. */
function targetOf(port: ServicePort | undefined, pods: Pod[], direct: number | undefined): number | undefined {
  const target = port?.targetPort ?? port?.port ?? direct
  if (typeof target !== 'string') return target
  const containers = pods.flatMap(({spec}) => [...spec?.containers ?? [], ...spec?.initContainers ?? []])
  return containers.flatMap(({ports = []}) => ports).find(({name}) => name === target)?.containerPort ?? (/^\d+$/.test(target) ? Number(target) : undefined)
}

/** The Service does not forward that port: kube-proxy sends nothing anywhere for it. */
function portMissing(patient: Patient, service: Service, wanted: number, ports: ServicePort[], {portOrigins = []}: Attempt): Obstacle {
  const {name = '', namespace = 'default'} = service.metadata ?? {}
  const [from] = portOrigins
  const only = ports.length === 1 ? ports[0]!.port : undefined
  return {
    words: `Service "${name}" has no port ${wanted}${from ? ` (${from.origin.words})` : ''}; it has ${ports.map(({port}) => port).join(', ')}`,
    evidence: [patient.cite(service, 'spec.ports'), ...(from ? [from.origin.evidence] : [])],
    culprit: {kind: 'Service', namespace, name, part: String(wanted)},
    fixes: only === undefined ? [] : [from ? from.origin.change(from.to(only)) : {action: `Let it use port ${only} of Service "${name}", or give the Service port ${wanted}`}],
  }
}

/** A targetPort by a name that no container of the pods has: they get no traffic for it, ready or not. */
function nameMissing(patient: Subject, service: Service, port: ServicePort, pods: Pod[]): Obstacle | undefined {
  const {name = '', namespace = 'default'} = service.metadata ?? {}
  const index = service.spec?.ports?.indexOf(port) ?? -1
  const there = [...new Set(pods.flatMap(({spec}) => spec?.containers ?? []).flatMap(({ports = []}) => ports).filter(({protocol = 'TCP'}) => protocol === 'TCP'))]
  const names = [...new Set(there.flatMap(({name}) => name ?? []))]
  const to = names.length === 1 ? names[0]! : there.length === 1 ? there[0]!.containerPort : undefined
  return {
    words: `Service "${name}" sends port ${port.port} to "${port.targetPort}", a name that no port of its pods has${names.length > 0 ? `; they have "${names.join('", "')}"` : ''}`,
    evidence: [patient.cite(service, `spec.ports[${index}].targetPort`), ...pods.slice(0, 1).flatMap(pod => patient.citeIfPresent(pod, 'spec.containers[0].ports'))],
    culprit: {kind: 'Service', namespace, name, part: String(port.targetPort)},
    fixes: to === undefined ? [] : [retarget(patient, service, index, port.targetPort, to)],
  }
}

const retarget = ({namespace}: Subject, {metadata}: Service, index: number, from: unknown, to: string | number) => ({
  action: `Let Service "${metadata?.name}" send to ${typeof to === 'string' ? `port "${to}"` : `port ${to}`} of its pods`,
  ...(metadata?.namespace === namespace && {effect: 'changes-spec' as const, commands: [['kubectl', 'patch', `service/${metadata?.name}`, '--type=json', '-p', JSON.stringify([
    ...(from === undefined ? [] : [{op: 'test', path: `/spec/ports/${index}/targetPort`, value: from}]), {op: from === undefined ? 'add' : 'replace', path: `/spec/ports/${index}/targetPort`, value: to}])]]}),
})

/** Its pods are ready, and refuse: nothing in them listens on the port to which the Service sends. */
function deaf(patient: Subject, service: Service, port: ServicePort | undefined, target: number, pods: Pod[], attempt: Pick<Attempt, 'at' | 'failure'>): Obstacle | undefined {
  const {name = '', namespace = 'default'} = service.metadata ?? {}
  const reached = new Patient(patient.cluster, pods[0]!)
  const containers = reached.containers.filter(({role}) => role === 'main')
  if (attempt.failure !== 'refused' && containers.some(({spec}) => !spec.ports?.length || spec.ports.some(({containerPort}) => containerPort === target))) return undefined
  const [container] = containers
  const real = container && containers.length === 1 ? realPort(reached, container, target) : undefined
  const declared = containers.flatMap(({spec}) => spec.ports ?? []).map(({containerPort}) => containerPort)
  if (!real && declared.includes(target)) return undefined
  if (!real && declared.length === 0 && attempt.failure !== 'refused') return undefined
  const index = port ? service.spec?.ports?.indexOf(port) ?? -1 : -1
  const other = real?.port ?? (declared.length === 1 ? declared[0] : undefined)
  return {
    words: `Service "${name}" sends${port ? ` port ${port.port}` : ''} to port ${target} of its pods, where nothing listens${real ? `; in ${wordOf(reached.ref)} ${real.proved ? real.why : `the only port declared is ${real.port}`}` : declared.length > 0 ? `; they declare ${declared.join(', ')}` : ''}`,
    evidence: [patient.cite(service, port ? `spec.ports[${index}]` : 'spec.ports'), ...(real?.from ?? []), ...(container ? reached.citeIfPresent(reached.pod, `${container.specPath}.ports`) : [])],
    culprit: {kind: 'Service', namespace, name, part: String(port?.port ?? target)},
    fixes: other === undefined || !port ? [] : [retarget(patient, service, index, port.targetPort, other)],
    // Ready pods that refuse prove that nothing listens there; what is declared only tells what was meant.
    ...(!real?.proved && (attempt.failure !== 'refused' || attempt.at === undefined || other === undefined) && {likely: true as const}),
  }
}

/** A Service without a selector has the endpoints that somebody writes for it. */
function withoutSelector(patient: Patient, service: Service): Obstacle | undefined {
  const {name = '', namespace = 'default'} = service.metadata ?? {}
  const slices = patient.list('EndpointSlice', {namespace, selector: {matchLabels: {'kubernetes.io/service-name': name}}})
  if (!slices || slices.some(({endpoints}) => endpoints?.some(({conditions}) => conditions?.ready !== false))) return undefined
  return {
    words: `Service "${name}" has no selector, and nobody has given it a ready endpoint`, evidence: [patient.cite(service, 'spec.ports'), ...slices.flatMap(slice => patient.citeIfPresent(slice, 'endpoints'))],
    culprit: {kind: 'Service', namespace, name}, fixes: [],
  }
}

/** A policy that stops the connection where it leaves, or where it arrives. */
function between(patient: Patient, to: Pod, port: {port: number | undefined, name: string | undefined, protocol: 'TCP'}, who: string, service: Service): Obstacle | undefined {
  const peer = {pod: to, namespace: to.metadata?.namespace ?? 'default', address: to.status?.podIP}
  const leaving = policyAgainst(patient, patient.pod, 'Egress', peer, port)
  if (leaving) return policyObstacle(patient, leaving, 'Egress', patient.pod, {words: `to Service "${service.metadata?.name}"${port.port === undefined ? '' : ` (port ${port.port})`}`, peer, port})
  const self = {pod: patient.pod, namespace: patient.namespace, address: patient.pod.status?.podIP}
  const arriving = policyAgainst(patient, to, 'Ingress', self, port)
  return arriving && policyObstacle(patient, arriving, 'Ingress', patient.pod, {words: `${who}${port.port === undefined ? '' : ` on port ${port.port}`}`, peer: self, port})
}
