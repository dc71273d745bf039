import type {Kinds, Pod} from '../kube/types.js'
import {dnsDown, dnsForbidden} from './cluster-dns.js'
import {localObstacle} from './localhost.js'
import type {ContainerView, Patient} from './patient.js'
import {lookalikes} from './references.js'
import {serviceObstacle} from './service-target.js'
import type {Symptom} from './types.js'
import {originsOf, type Origin} from './value-origin.js'

type Service = Kinds['Service']

/** A host as a program names it: `db`, `db.shop`, `db.shop.svc.cluster.local`, `db-0.db`, an address, `localhost`. */
export interface Address {host: string, port?: number | undefined}

/**
 * How it went. `no such name`: DNS has answered that there is none. `not resolved`: the words do not tell whether it answered. `no answer`: DNS was
 * not reached. `refused` and `timed out` are about the connection. `waiting`: the program does not say.
 */
export type Failure = 'no such name' | 'not resolved' | 'no answer' | 'refused' | 'timed out' | 'waiting'

/** What stands between the pod and the host: words without a full stop, for the end of a sentence. */
export type Obstacle = Pick<Symptom, 'evidence' | 'culprit' | 'fixes' | 'likely'> & {words: string}

export interface Attempt {
  address: Address
  failure: Failure
  /** RFC 3339: when it failed last, where that is known. What has become ready or was made since was no hindrance that is still there. */
  at?: string | undefined
  /** Where the host's name was given to the program: the first fix changes that where the name is wrong. */
  origins?: Origin[]
  /** The same for the port, where it stands beside the host or in a variable of its own. */
  portOrigins?: {origin: Origin, to: (port: number) => string}[]
}

/** What a container of the pod has tried, as {@link obstacleTo} takes it: with the places where host and port were given to it. */
export function attemptOf(patient: Patient, container: ContainerView, address: Address, failure: Failure): Attempt {
  const {host, port} = address
  const beside = port === undefined ? [] : originsOf(patient, container, `${host}:${port}`).map(origin => ({origin, to: (other: number) => `${host}:${other}`}))
  const alone = port === undefined ? [] : originsOf(patient, container, String(port)).filter(({words}) => /^env \w*PORT\b|^key "[^"]*port[^"]*"/i.test(words)).map(origin => ({origin, to: String}))
  return {address, failure, at: container.ended?.finishedAt, origins: originsOf(patient, container, host), portOrigins: [...beside, ...alone]}
}

/** Undefined where nothing is known to be wrong with the host, or nobody could look, or it is outside of the cluster. */
export function obstacleTo(patient: Patient, attempt: Attempt): Obstacle | undefined {
  const {address: {host, port}, failure} = attempt
  if (/^(?:localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0)$/.test(host)) return localObstacle(patient, attempt)
  const naming = failure === 'no such name' || failure === 'not resolved' || failure === 'no answer'
  if (naming || failure === 'timed out' || failure === 'waiting') {
    const dns = failure === 'no such name' || failure === 'timed out' || isAddress(host) ? undefined : dnsDown(patient) ?? dnsForbidden(patient, patient.pod)
    if (dns && (naming || failure === 'waiting')) return dns
  }
  if (isAddress(host)) {
    const service = serviceAt(patient, host)
    return service && serviceObstacle(patient, service, port, attempt)
  }
  const places = placesOf(host, patient.namespace)
  if (places.length === 0) return undefined
  for (const {service: name, namespace, pod} of places) {
    const service = patient.find('Service', name, namespace)
    if (service) return (pod !== undefined ? podObstacle(patient, service, pod, attempt) : serviceObstacle(patient, service, port, attempt)) ?? (naming ? unheard(patient, service, attempt) : undefined)
    if (service === undefined) return undefined
  }
  return missing(patient, attempt, places[0]!)
}

const isAddress = (host: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(host) || host.includes(':')

interface Place {service: string, namespace: string, pod?: string, /** The name could as well be one of the internet. */ open?: true}

/** The Services that the resolver of a pod would try, after its search list: NAMESPACE.svc.DOMAIN, svc.DOMAIN, DOMAIN. */
function placesOf(host: string, own: string): Place[] {
  const labels = host.replace(/\.$/, '').toLowerCase().split('.')
  const svc = labels.indexOf('svc')
  if (svc === 2) return [{service: labels[0]!, namespace: labels[1]!}]
  if (svc === 3) return [{pod: labels[0]!, service: labels[1]!, namespace: labels[2]!}]
  if (labels.length === 1) return [{service: labels[0]!, namespace: own}]
  if (labels.length === 2) return [{service: labels[0]!, namespace: labels[1]!, open: true}, {pod: labels[0]!, service: labels[1]!, namespace: own, open: true}]
  return []
}

/** The Service with that address, of this namespace or another. */
function serviceAt(patient: Patient, address: string): Service | undefined {
  const has = ({spec}: Service) => spec?.clusterIP === address || spec?.clusterIPs?.includes(address) || spec?.externalIPs?.includes(address)
  return patient.list('Service')?.find(has) ?? patient.list('Service', {})?.find(has)
}

/** The Service is there, and its name was not resolved: it was made later, or DNS did not answer. */
function unheard(patient: Patient, service: Service, {failure, at}: Attempt): Obstacle | undefined {
  const {name = '', namespace = 'default', creationTimestamp = ''} = service.metadata ?? {}
  const culprit = {kind: 'Service', namespace, name}
  if (at !== undefined && creationTimestamp > at) return {words: `Service "${name}" was made only after that, at ${creationTimestamp}`, evidence: [patient.cite(service, 'metadata.creationTimestamp')], culprit, fixes: []}
  if (failure === 'no such name') return undefined
  return {words: `Service "${name}" exists in namespace "${namespace}", so it is the cluster's DNS that did not answer`, evidence: [patient.cite(service, 'metadata.name')], culprit: {kind: 'Service', namespace: 'kube-system', name: 'kube-dns'}, fixes: [], likely: true}
}

/** A pod of a StatefulSet by its own name: only a headless Service gives it one, and only while it is ready. */
function podObstacle(patient: Patient, service: Service, name: string, attempt: Attempt): Obstacle | undefined {
  const {namespace = 'default', name: headless = ''} = service.metadata ?? {}
  const pod = patient.find('Pod', name, namespace)
  const governs = (set: Kinds['StatefulSet']) => name.replace(/-\d+$/, '') === set.metadata?.name
  if (pod === undefined) return undefined
  const set = patient.list('StatefulSet', {namespace})?.find(governs)
  if (set && set.spec?.serviceName !== headless) {
    return {
      words: `pod "${name}" has its name from Service "${set.spec?.serviceName ?? ''}", which statefulset/${set.metadata?.name} names as its serviceName, and not from "${headless}"`,
      evidence: [patient.cite(set, 'spec.serviceName')], culprit: {kind: 'StatefulSet', namespace, name: set.metadata?.name ?? ''},
      fixes: set.spec?.serviceName ? (attempt.origins ?? []).slice(0, 1).map(origin => origin.change(`${name}.${set.spec!.serviceName}${namespace === patient.namespace ? '' : `.${namespace}`}`)) : [],
    }
  }
  if (pod === null) {
    return {
      words: `there is no pod "${name}" behind Service "${headless}"${set ? `; statefulset/${set.metadata?.name} has ${set.spec?.replicas ?? 1} replica${set.spec?.replicas === 1 ? '' : 's'}` : ''}`,
      evidence: [patient.citeAbsence('Pod', name, namespace), ...(set ? patient.citeIfPresent(set, 'spec.replicas') : [])],
      culprit: set ? {kind: 'StatefulSet', namespace, name: set.metadata?.name ?? ''} : {kind: 'Pod', namespace, name}, fixes: [],
    }
  }
  return serviceObstacle(patient, service, attempt.address.port, attempt, [pod as Pod])
}

/** There is no Service of that name: the one that was meant, or where it is. */
function missing(patient: Patient, {address: {host, port}, failure, origins = []}: Attempt, {service: name, namespace, open}: Place): Obstacle | undefined {
  const like = lookalikes(patient, 'Service', name)
  const here = patient.list('Service', {namespace})
  const elsewhere = like.elsewhere.filter(other => other !== namespace)
  // `example.com` is no Service: only a namespace of that name, or a Service that is elsewhere, makes it one.
  if (open && elsewhere.length === 0 && !patient.find('Namespace', namespace)) return undefined
  const best = namespace === patient.namespace ? like.best : undefined
  const to = best ?? (elsewhere.length === 1 ? qualified(host, name, elsewhere[0]!) : undefined)
  const workload = best === undefined && elsewhere.length === 0 ? workloadCalled(patient, name, namespace) : undefined
  const from = origins[0]
  const others = like.others.length > 0 && namespace === patient.namespace ? `; the nearest names are ${like.others.join(', ')}` : ''
  return {
    words: `Service "${name}" does not exist in namespace "${namespace}"${from ? ` (${from.words})` : ''}${
      best !== undefined ? `; "${best}" does`
      : elsewhere.length > 0 ? `; it is in namespace "${elsewhere.join('", "')}"${elsewhere.length === 1 ? `, and from here it is called ${to}` : ''}`
      : workload ? `, though ${workload} does` : others}`,
    evidence: [patient.citeAbsence('Service', name, namespace), ...(from ? [from.evidence] : []),
      ...(best === undefined ? [] : (here ?? []).filter(({metadata}) => metadata?.name === best).map(service => patient.cite(service, 'metadata.name')))],
    culprit: {kind: 'Service', namespace, name},
    fixes: [
      ...(to === undefined ? [] : from ? origins.slice(0, 1).map(origin => origin.change(to)) : [{action: `Let it use ${to} instead of ${host}`}]),
      ...(workload && namespace === patient.namespace && port !== undefined
        ? [{action: `Make a Service for ${workload}`, commands: [['kubectl', 'expose', workload, `--name=${name}`, `--port=${port}`]], effect: 'creates' as const}]
        : to === undefined ? [{action: `Create Service "${name}" in namespace ${namespace}, or name the host that is meant${from ? ` in ${from.words}` : ''}`}] : []),
    ],
    ...(failure === 'no answer' && {likely: true as const}),
  }
}

const qualified = (host: string, name: string, namespace: string): string => /\.svc\b/.test(host) ? host.replace(/^[^.]+\.[^.]+/, `${name}.${namespace}`) : `${name}.${namespace}`

/** A workload of the name that nobody has put behind a Service. */
function workloadCalled(patient: Patient, name: string, namespace: string): string | undefined {
  return (['Deployment', 'StatefulSet'] as const).filter(kind => patient.list(kind, {namespace})?.some(({metadata}) => metadata?.name === name)).map(kind => `${kind.toLowerCase()}/${name}`)[0]
}
