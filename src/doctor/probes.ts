import type {Container, Event} from '../kube/types.js'
import {timeOf} from './cluster.js'
import type {ContainerView, Patient} from './patient.js'
import {plainWords} from './runtime-words.js'

export const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const
export type ProbeField = (typeof PROBES)[number]
export type Probe = NonNullable<Container['livenessProbe']>

/** `liveness probe (GET /livez on port 8080)`. */
export function probeWords(field: ProbeField, {httpGet, tcpSocket, grpc, exec}: Probe): string {
  const what = httpGet ? `GET ${httpGet.scheme === 'HTTPS' ? 'https ' : ''}${httpGet.path ?? '/'} on port ${httpGet.port ?? '(none)'}`
    : tcpSocket ? `connection to port ${tcpSocket.port ?? '(none)'}` : grpc ? `gRPC on port ${grpc.port ?? '(none)'}` : exec ? `command ${(exec.command ?? []).join(' ')}` : 'nothing'
  return `${field.replace('Probe', '')} probe (${what})`
}

/** The port that a probe asks, as a number; named ports are looked up in the container. Undefined for commands and unknown names. */
export function portOf({httpGet, tcpSocket, grpc}: Probe, {ports = []}: Container): number | undefined {
  const port = (httpGet?.port ?? tcpSocket?.port ?? grpc?.port) as number | string | undefined
  return typeof port === 'string' && !/^\d+$/.test(port) ? ports.find(({name}) => name === port)?.containerPort : port === undefined ? undefined : Number(port)
}

/** Where the port stands in a probe, for evidence and for edits. */
export const portPath = (field: ProbeField, {httpGet, tcpSocket}: Probe): string => `${field}.${httpGet ? 'httpGet' : tcpSocket ? 'tcpSocket' : 'grpc'}.port`

/** The field of the pod's spec that an event about a container names: `spec.containers{web}`. */
const isAbout = ({involvedObject}: Event, {name, role}: ContainerView) =>
  involvedObject?.fieldPath === `spec.${role === 'main' ? 'containers' : 'initContainers'}{${name}}` || (involvedObject?.fieldPath === undefined && role === 'main')

/**
 * Failures of one probe of a container, newest first: `Readiness probe failed: …`, and `… probe errored and resulted in
 * unknown state: …` where the probe could not even be made. Those of the present run only, unless the container is down.
 */
export function probeFailures(patient: Patient, container: ContainerView, field: ProbeField): Event[] {
  const word = new RegExp(`^${field.replace('Probe', '')} probe (?:failed|errored)`, 'i')
  return patient.events('Unhealthy').filter(event => isAbout(event, container) && word.test(event.message ?? ''))
}

/** The probe's own words, without what the kubelet puts before them; empty for a command that printed nothing. */
export const wordsOfFailure = ({message = ''}: Event): string =>
  plainWords(message.replace(/^\w+ probe (?:failed|errored and resulted in \w+ state|errored): ?/i, ''))

export interface ProbeKill {
  field: 'livenessProbe' | 'startupProbe'
  probe: Probe
  /** The kubelet's words, where the event is still kept. */
  event: Event | undefined
}

/**
 * Whether a probe had the container killed. The kubelet says so in a *Normal* event `Killing`: `Container web failed liveness
 * probe, will be restarted` (native sidecars: `Init container …`). Once that is gone, only the time is left: a run that ended by a signal
 * just when the probe's patience was over. That points to the probe, and proves nothing. In a loop the event may be of an earlier run: a kubelet
 * sends some 25 events about a pod and then one in five minutes (client-go/tools/record/events_cache.go), so that the words of the last deaths are dropped.
 */
export function probeKill(patient: Patient, container: ContainerView): ProbeKill | undefined {
  const {spec, ended, name, status} = container
  if (ended?.reason === 'OOMKilled') return undefined
  // While the grace period lasts, the run that is being killed is the present one.
  const began = ended?.startedAt ?? status?.state?.running?.startedAt ?? ''
  const kills = (['startupProbe', 'livenessProbe'] as const).flatMap(field => {
    const probe = spec[field]
    const event = patient.events('Killing').find(event => isAbout(event, container) && event.message?.includes(`ontainer ${name} failed ${field.replace('Probe', '')} probe`))
    return probe && event ? [{field, probe, event}] : []
  })
  const now = kills.find(({event}) => timeOf(event) >= began)
  if (now) return now
  if (!ended || ![137, 143, 0].includes(ended.exitCode) || (patient.events('Killing').length > 0 && kills.length === 0)) return undefined
  const [before] = kills
  const field = before?.field ?? (spec.startupProbe ? 'startupProbe' : 'livenessProbe')
  const probe = spec[field]
  const lived = (Date.parse(ended.finishedAt ?? '') - Date.parse(ended.startedAt ?? '')) / 1000
  if (!probe || Number.isNaN(lived)) return undefined
  const {initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3, timeoutSeconds = 1} = probe
  const earliest = initialDelaySeconds + (failureThreshold - 1) * periodSeconds
  const grace = patient.pod.spec?.terminationGracePeriodSeconds ?? 30
  return lived >= earliest && lived <= earliest + 2 * periodSeconds + timeoutSeconds + (ended.exitCode === 137 ? grace + 3 : 3) ? {field, probe, event: before?.event} : undefined
}
