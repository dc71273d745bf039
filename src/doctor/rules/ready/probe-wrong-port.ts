import {editTemplate} from '../../fix.js'
import {realPort} from '../../listening.js'
import {portOf, portPath, probeFailures, PROBES, probeWords, wordsOfFailure} from '../../probes.js'
import {defineRule} from '../../rule.js'

/** Go's words for a port where nobody listens. A time-out is another fault: somebody listens, or a policy drops the packets. */
const REFUSED = /connection refused/

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
      const {name, editPath, spec, status, specPath} = container
      for (const field of PROBES) {
        const probe = spec[field]
        const wrong = probe && portOf(probe, spec)
        // Passed readiness probes, and probes of containers that are not up, say nothing about the port.
        if (!probe || wrong === undefined || !status || (status.ready && status.restartCount === 0) || (!status.state?.running && !container.ended)) continue
        const failure = probeFailures(patient, container, field)[0]
        if (failure ? !REFUSED.test(wordsOfFailure(failure)) : !status.state?.running || (field === 'readinessProbe' ? status.ready : field !== 'startupProbe' || status.started !== false)) continue
        const real = realPort(patient, container, wrong)
        if (!real) continue
        const change = editTemplate(patient, [{path: `${editPath}.${portPath(field, probe)}`, to: real.port}])
        yield {
          container: name, about: field,
          ...(!(failure && real.proved) && {likely: true as const}),
          summary: `The ${probeWords(field, probe)} of container "${name}" asks a port where nobody listens; ${real.why}.`,
          evidence: [...(failure ? [patient.cite(failure, 'message')] : []), patient.cite(patient.pod, `${specPath}.${portPath(field, probe)}`), ...patient.citeIfPresent(patient.pod, `${specPath}.ports`), ...real.from],
          fixes: [{action: `Let the ${field.replace('Probe', '')} probe ask port ${real.port}${change ? '' : ` instead of ${wrong}`}`, ...change}],
          culprit: {...patient.owner.ref, part: `${name} ${field}`},
        }
      }
    }
  },
})
