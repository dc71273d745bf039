import type {Event} from '../kube/types.js'
import {timeOf} from './cluster.js'
import {editTemplate, type Change} from './fix.js'
import type {ContainerView, Patient} from './patient.js'
import {probeFailures, probeKill, PROBES, probeWords, wordsOfFailure, type Probe, type ProbeField} from './probes.js'
import type {Evidence, Fix, Symptom} from './types.js'

/** A probe that keeps its container from being ready or has it killed. */
export interface FailingProbe {
  container: ContainerView
  field: ProbeField
  probe: Probe
  /** The failure that counts, and its words; undefined where the event is gone. */
  failure: Event | undefined
  words: string | undefined
  /** The container was killed for it, as its end or an event tells. */
  killed: boolean
  /** The beginning of a sentence: `Container "api" is not ready because its readiness probe (GET /ready on port 8080)`. */
  subject: string
  evidence: Evidence[]
  /** That the probe did it is only a guess from the times. */
  likely: boolean
}

/** The probes that fail now, or had the last run of a container killed; in the order in which the kubelet asks them. */
export function failingProbes(patient: Patient): FailingProbe[] {
  return patient.containers.filter(({role}) => role !== 'init').flatMap(container => {
    const {spec, status, specPath, statusPath, ended} = container
    const kill = probeKill(patient, container)
    const startedAt = status?.state?.running?.startedAt
    return PROBES.flatMap((field): FailingProbe[] => {
      const probe = spec[field]
      if (!probe) return []
      const killed = kill?.field === field
      const failures = probeFailures(patient, container, field)
      // In a loop of kills the newest failure may be of the next run, which is only starting.
      const until = kill?.event ? timeOf(kill.event) : ended?.finishedAt
      const failure = killed ? failures.find(event => until === undefined || until === '' || timeOf(event) <= until) ?? failures[0]
        : failures.find(event => startedAt === undefined || timeOf(event) === '' || timeOf(event) >= startedAt)
      if (!killed && !(status?.state?.running && hinders(patient, container, field, probe, failure, kill !== undefined))) return []
      return [{
        container, field, probe, failure, killed, words: failure && wordsOfFailure(failure),
        subject: subjectOf(patient, container, field, probe, killed), likely: killed && !kill.event,
        evidence: [
          ...(killed && kill.event ? [patient.cite(kill.event, 'message')] : []), ...(failure ? [patient.cite(failure, 'message')] : []),
          ...(killed ? [] : field === 'livenessProbe' ? [] : [patient.cite(patient.pod, `${statusPath}.${field === 'readinessProbe' ? 'ready' : 'started'}`)]),
          patient.cite(patient.pod, `${specPath}.${field}`), ...(killed && ended ? [patient.cite(patient.pod, `${ended.path}.exitCode`)] : []),
        ],
      }]
    })
  })
}

/** Whether the probe holds the running container up: `ready` and `started` say so; of a liveness probe only its events do. */
function hinders({cluster}: Patient, {status}: ContainerView, field: ProbeField, probe: Probe, failure: Event | undefined, killed: boolean): boolean {
  if (field === 'startupProbe') return status?.started === false
  // A container that is killed again and again is not ready at first, whatever its other probe asks.
  if (field === 'readinessProbe') return status?.ready === false && status.started !== false && !(killed && !failure)
  const {periodSeconds = 10, timeoutSeconds = 1} = probe
  // The kubelet throws the result of a probe away that could not even be made (prober/worker.go): nobody is killed for it.
  return failure !== undefined && !/^\w+ probe errored/.test(failure.message ?? '') && cluster.now - Date.parse(timeOf(failure)) <= (2 * periodSeconds + timeoutSeconds + 2) * 1000
}

function subjectOf(patient: Patient, {name, role, well, ended}: ContainerView, field: ProbeField, probe: Probe, killed: boolean): string {
  const who = `${role === 'sidecar' ? 'Sidecar' : 'Container'} "${name}"`
  const later = patient.containers.slice(patient.containers.findIndex(other => other.name === name) + 1).map(other => `"${other.name}"`)
  const what = killed ? ended ? `${well ? 'was' : 'is'} killed and restarted` : 'is being killed' : field === 'readinessProbe' ? 'is not ready' : field === 'livenessProbe' ? 'is about to be killed'
    : `has not started up${role === 'sidecar' && later.length > 0 ? ` (${later.join(', ')} cannot start before it has)` : ''}`
  return `${who} ${what} because its ${probeWords(field, probe)}`
}

/** What a rule says of a failing probe: `got` ends the sentence that {@link FailingProbe.subject} begins. */
export function blame(patient: Patient, {container: {name}, field, probe, subject, evidence, likely}: FailingProbe,
  said: {got: string, evidence?: Evidence[], fixes: Fix[], likely?: boolean}): Symptom {
  return {
    container: name, about: field, ...((likely || said.likely) && {likely: true as const}),
    summary: `${subject} ${said.got}`, evidence: [...evidence, ...said.evidence ?? []], fixes: said.fixes,
    // Two probes that ask the same question are one mistake.
    culprit: {...patient.owner.ref, part: `${name} ${probeWords(field, probe).replace(/^\w+ /, '')}`},
  }
}

/** One change of all probes of the container that ask the same question. `at`: `httpGet.path`. */
export function editProbes(patient: Patient, {editPath, spec}: ContainerView, probe: Probe, at: string, to: unknown): Change | undefined {
  const question = ({httpGet, tcpSocket, grpc, exec}: Probe) => JSON.stringify([httpGet, tcpSocket, grpc, exec])
  return editTemplate(patient, PROBES.filter(field => spec[field] && question(spec[field]) === question(probe)).map(field => ({path: `${editPath}.${field}.${at}`, to})))
}

/** `readiness probe`, or `liveness and readiness probes` where both ask the same. */
export function namesOf({spec}: ContainerView, probe: Probe): string {
  const question = ({httpGet, tcpSocket, grpc, exec}: Probe) => JSON.stringify([httpGet, tcpSocket, grpc, exec])
  const names = PROBES.filter(field => spec[field] && question(spec[field]) === question(probe)).map(field => field.replace('Probe', ''))
  return `${names.length > 1 ? `${names.slice(0, -1).join(', ')} and ` : ''}${names.at(-1)} probe${names.length > 1 ? 's' : ''}`
}
