import {editTemplate} from '../../fix.js'
import type {ContainerView, Patient} from '../../patient.js'
import {portOf, portPath, probeFailures, PROBES, probeWords, wordsOfFailure} from '../../probes.js'
import {defineRule} from '../../rule.js'
import type {Evidence} from '../../types.js'

/** Go's words for a port where nobody listens. A time-out is another fault: somebody listens, or a policy drops the packets. */
const REFUSED = /connect: connection refused|connection refused/
/** How servers commonly say where they listen. */
const LISTENING = /\b(?:listening|listens?|serving|started|running|bound)\b.*?(?:port\s*[=:]?\s*|:)(\d{2,5})\b/i

/** The port that the program really listens on: the only one that the container declares, else what its log says. */
function realPort(patient: Patient, {spec, name}: ContainerView, wrong: number): {port: number, from: Evidence[], why: string} | undefined {
  const declared = (spec.ports ?? []).filter(({protocol = 'TCP'}) => protocol === 'TCP').map(({containerPort}) => containerPort)
  if (declared.includes(wrong)) return undefined
  if (declared.length === 1) return {port: declared[0]!, from: [], why: `the container's port is ${declared[0]}`}
  const log = patient.log({name}, {previous: false})
  const line = log?.text.split('\n').findIndex(text => LISTENING.test(text)) ?? -1
  const port = Number(LISTENING.exec(log?.text.split('\n')[line] ?? '')?.[1])
  return !log || line < 0 || port === wrong ? undefined : {port, from: [patient.citeLog(log, line)], why: `its log says that it listens on ${port}`}
}

export default defineRule({
  id: 'probe-wrong-port',
  phase: 'ready',
  severity: 'error',
  heals: 'never',
  refines: ['probe-failing', 'probe-killed'],
  title: 'A probe asks a port on which the program does not listen',
  explain: `The kubelet connects to the port that the probe names, and nobody listens there: connection refused. The program is well and listens on another port. A probe's
port is the container's own (containerPort), not the port of a Service; a named port must be one of the container's.`,

  * check(patient) {
    for (const container of patient.containers) {
      const {name, role, spec, status, specPath} = container
      for (const field of PROBES) {
        const probe = spec[field]
        const wrong = probe && portOf(probe, spec)
        // Passed readiness probes, and probes of containers that are not up, say nothing about the port.
        if (!probe || wrong === undefined || !status || (status.ready && status.restartCount === 0) || (!status.state?.running && !container.ended)) continue
        const failure = probeFailures(patient, container, field)[0]
        if (failure && !REFUSED.test(wordsOfFailure(failure))) continue
        if (!failure && (field !== 'readinessProbe' || status.ready || !status.state?.running || spec.ports === undefined)) continue
        const real = realPort(patient, container, wrong)
        if (!real) continue
        const change = editTemplate(patient, [{path: `${role === 'main' ? 'containers' : 'initContainers'}[${name}].${portPath(field, probe)}`, to: real.port}])
        yield {
          container: name, about: field,
          ...(!failure && {likely: true as const}),
          summary: `The ${probeWords(field, probe)} of container "${name}" asks a port where nobody listens; ${real.why}.`,
          evidence: [...(failure ? [patient.cite(failure, 'message')] : []), patient.cite(patient.pod, `${specPath}.${portPath(field, probe)}`), ...patient.citeIfPresent(patient.pod, `${specPath}.ports`), ...real.from],
          fixes: [change ? {action: `Let the ${field.replace('Probe', '')} probe ask port ${real.port}`, ...change} : {action: `Let the ${field.replace('Probe', '')} probe ask port ${real.port} instead of ${wrong}`}],
          culprit: {...patient.owner.ref, part: `${name} ${field}`},
        }
      }
    }
  },
})
