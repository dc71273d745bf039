import {editTemplate, type Change} from '../../fix.js'
import {passing} from '../../passing-probe.js'
import {probeFailures, probeKill, probeWords, wordsOfFailure, type Probe} from '../../probes.js'
import {defineRule} from '../../rule.js'

export default defineRule({
  id: 'probe-killed',
  phase: 'run',
  severity: 'error',
  heals: 'by itself',
  refines: ['container-exited', 'exits-after-success', 'killed-by-sigkill', 'probe-failing'],
  title: 'The kubelet kills the container because its liveness or startup probe fails',
  explain: `The program runs, but does not answer its liveness or startup probe as it should, and after failureThreshold failures the
kubelet stops the container and starts it again. The exit code (often 137 or 143) is only the consequence. Either the probe asks the wrong thing, or too early or
too impatiently (a slow start needs a startupProbe), or the program really hangs. A liveness probe that depends on other services turns their failure into restarts.`,

  * check(patient) {
    for (const container of patient.containers) {
      const kill = probeKill(patient, container)
      if (!kill) continue
      const {name, editPath: at, ended, specPath, well} = container
      const {field, probe, event} = kill
      const failure = probeFailures(patient, container, field)[0]
      const words = failure && wordsOfFailure(failure)
      const works = passing(patient, container, field, probe)
      const change: Change | undefined = works && editTemplate(patient, [{path: `${at}.${field}.httpGet.path`, to: works.path}])
      // Nobody listens yet: the program is given time to start, with the same question. The defaults of a probe are those of the API.
      const patience = field === 'livenessProbe' && container.spec.startupProbe === undefined && /connection refused/.test(words ?? '')
        ? editTemplate(patient, [{path: `${at}.startupProbe`, to: {...probe, failureThreshold: 30, initialDelaySeconds: undefined}}]) : undefined
      yield {
        container: name, about: field,
        ...(!event && {likely: true as const}),
        summary: `Container "${name}" ${well ? 'was' : 'is'} killed and restarted because its ${probeWords(field, probe)} ${well ? 'failed' : 'fails'}${words ? `: ${words}` : words === '' ? ' and prints nothing.' : '.'}`,
        evidence: [...(event ? [patient.cite(event, 'message')] : []), ...(failure ? [patient.cite(failure, 'message')] : []), patient.cite(patient.pod, `${specPath}.${field}`),
          ...(ended ? [patient.cite(patient.pod, `${ended.path}.exitCode`)] : [])],
        fixes: [
          ...(works && change ? [{action: `Let the ${field.replace('Probe', '')} probe ask ${works.path}, which the ${works.of.replace('Probe', '')} probe asks and gets an answer from`, ...change}] : []),
          ...(patience ? [{action: `Give it ${30 * (probe.periodSeconds ?? 10)} seconds to start: a startup probe that asks the same and may fail 30 times`, ...patience}] : []),
          {action: field === 'startupProbe' ? 'Let the startup probe ask what the program answers once it is up, and allow as many failures as its start takes'
            : 'Let the liveness probe ask what the program answers as soon as it runs; give a slow start a startupProbe with enough failures allowed'},
        ],
        culprit: {...patient.owner.ref, part: `${name} ${field}`},
      }
    }
  },
})
