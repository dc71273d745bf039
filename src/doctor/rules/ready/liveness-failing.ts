import {timeOf} from '../../cluster.js'
import {blame, failingProbes} from '../../failing-probe.js'
import {shortened} from '../../log-scan.js'
import {probeFailures, probeWords, wordsOfFailure} from '../../probes.js'
import {defineWellPodRule} from '../../rule.js'

/** Older words are of a start that is over. */
const LATELY_MS = 120_000

/**
 * A pod is ready as long as its readiness probes say so, or at once where it has none: one whose liveness probe fails looks well until it is killed. A probe that
 * cannot even be made (`errored`) is thrown away by the kubelet: nobody is killed for it, and it protects nothing.
 */
export default defineWellPodRule({
  id: 'liveness-failing',
  phase: 'ready',
  severity: 'warning',
  judges: 'well pod',
  scans: true,
  heals: 'by itself',
  title: 'The pod is ready, and a liveness probe of it fails',
  explain: `Readiness and liveness are asked separately: a pod can be ready and take traffic while its liveness probe fails, until failureThreshold is reached and the container is killed
and restarted. The restart makes the pod look well again for a while. A liveness probe that cannot be made, for a port name or a command that does not exist, does nothing at all.`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      if (failing.field !== 'livenessProbe' || failing.words === undefined) continue
      yield blame(patient, failing, {got: `fails${failing.words === '' ? ' and prints nothing' : `: ${shortened(failing.words)}`}.`, fixes: []})
    }
    for (const container of patient.containers) {
      const probe = container.spec.livenessProbe
      const errored = probe && probeFailures(patient, container, 'livenessProbe').find(({message = ''}) => /^\w+ probe errored/.test(message))
      if (!probe || !errored || !(patient.cluster.now - Date.parse(timeOf(errored)) <= LATELY_MS)) continue
      yield {
        container: container.name, about: 'livenessProbe',
        summary: `The ${probeWords('livenessProbe', probe)} of container "${container.name}" cannot be made and protects nothing: ${shortened(wordsOfFailure(errored))}.`,
        evidence: [patient.cite(errored, 'message'), patient.cite(patient.pod, `${container.specPath}.livenessProbe`)], fixes: [],
        culprit: {...patient.owner.ref, part: `${container.name} livenessProbe`},
      }
    }
  },
})
