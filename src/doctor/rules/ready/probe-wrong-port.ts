import {blame, editProbes, failingProbes, namesOf} from '../../failing-probe.js'
import {realPort} from '../../listening.js'
import {portOf, portPath} from '../../probes.js'
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
    for (const failing of failingProbes(patient)) {
      const {container, container: {spec, specPath}, field, probe, words} = failing
      const wrong = portOf(probe, spec)
      // A guess that a probe had the container killed does not bear a second one.
      if (wrong === undefined || probe.grpc || (words === undefined ? field === 'livenessProbe' : !REFUSED.test(words))) continue
      const real = realPort(patient, container, wrong)
      if (!real) continue
      const at = portPath(field, probe)
      const change = editProbes(patient, container, probe, at.slice(field.length + 1), real.port)
      yield blame(patient, failing, {
        likely: words === undefined || !real.proved,
        got: `is refused: nobody listens on port ${wrong}; ${real.why}.`,
        evidence: [patient.cite(patient.pod, `${specPath}.${at}`), ...patient.citeIfPresent(patient.pod, `${specPath}.ports`), ...real.from],
        fixes: [{action: `Let the ${namesOf(container, probe)} ask port ${real.port}${change ? '' : ` instead of ${wrong}`}`, ...change}],
      })
    }
  },
})
