import {probeFailures, probeKill, probeWords, wordsOfFailure} from '../../probes.js'
import {defineRule} from '../../rule.js'

/**
 * A container that runs, has started, and is not ready, has a readiness probe that has not passed: the kubelet sets `ready`
 * for no other reason (prober_manager.go). So the status alone proves it when the events are gone.
 */
export default defineRule({
  id: 'probe-failing',
  phase: 'ready',
  severity: 'error',
  heals: 'by itself',
  title: 'The container runs, but its startup or readiness probe does not pass',
  explain: `The kubelet asks the container at every period whether it is ready, and it is not. As long as that is so, the pod gets no traffic from
Services, and a rollout does not go on. Nothing is restarted for a readiness probe. Either the probe asks the wrong thing (port, path, scheme, command), or the program
is not ready for a reason of its own, which its log may tell.`,

  * check(patient) {
    for (const container of patient.containers) {
      const {name, spec, status, specPath, statusPath, role} = container
      const field = status?.started === false && spec.startupProbe ? 'startupProbe' : 'readinessProbe'
      const probe = spec[field]
      if (!status?.state?.running || !probe || (field === 'readinessProbe' ? status.ready : status.started) || role === 'init') continue
      const kill = probeKill(patient, container)
      const failure = probeFailures(patient, container, field)[0]
      // Who is killed again and again is not ready at first, whatever the other probe asks.
      if (kill && kill.field !== field && !failure) continue
      const words = failure && wordsOfFailure(failure)
      yield {
        container: name, about: field,
        summary: `Container "${name}" runs, but its ${probeWords(field, probe)} fails${words ? `: ${words}` : words === '' ? ' and prints nothing.' : '.'}`,
        evidence: [...(failure ? [patient.cite(failure, 'message')] : []), patient.cite(patient.pod, `${statusPath}.${field === 'readinessProbe' ? 'ready' : 'started'}`), patient.cite(patient.pod, `${specPath}.${field}`)],
        fixes: [],
        culprit: {...patient.owner.ref, part: `${name} ${field}`},
      }
    }
  },
})
