import {bootTime, budgetOf, budgetWords} from '../../boot-time.js'
import {blame, failingProbes} from '../../failing-probe.js'
import {editTemplate} from '../../fix.js'
import {listeningPorts, realPort} from '../../listening.js'
import {logOfEnd} from '../../log-scan.js'
import {portOf} from '../../probes.js'
import {defineRule} from '../../rule.js'

/** Nobody listens (yet), or whoever listens is too busy to answer. A status code is another fault: the program is up. */
const NOT_UP = /connection refused|i\/o timeout|context deadline exceeded|connection reset/

/** A kill while the program still starts. The proof is that it needs longer than the probe waits; a port that is wrong looks the same and never gets better. */
export default defineRule({
  id: 'probe-too-early',
  phase: 'ready',
  severity: 'error',
  heals: 'never',
  refines: ['probe-failing', 'probe-killed', 'probe-timed-out'],
  title: 'A liveness or startup probe kills the program before it has started',
  explain: `The kubelet asks as soon as initialDelaySeconds are over, and after failureThreshold failures kills the container. A program that needs longer to start is killed
in the middle of its start, and begins anew, for ever. A startup probe is made for that: until it has passed, the liveness probe is not asked at all.`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      const {container, container: {spec, editPath, name}, field, probe, words, killed} = failing
      const port = portOf(probe, spec)
      if (field === 'readinessProbe' || !killed || !container.ended || (words !== undefined && (!NOT_UP.test(words) || probe.exec)) || (port !== undefined && realPort(patient, container, port)?.proved)) continue
      const log = logOfEnd(patient, {...container, ended: container.ended})
      const boot = bootTime(spec, log)
      const budget = budgetOf(probe)
      const up = log ? listeningPorts(log) : []
      if (boot ? boot.seconds < budget - (probe.periodSeconds ?? 10) : words === undefined || !log?.text.trim() || up.length > 0) continue
      const period = probe.periodSeconds ?? 10
      const times = Math.max(30, Math.ceil(2 * (boot?.seconds ?? 2 * budget) / period))
      const change = field === 'startupProbe' ? editTemplate(patient, [{path: `${editPath}.startupProbe.failureThreshold`, to: times}])
        : spec.startupProbe ? undefined : editTemplate(patient, [{path: `${editPath}.startupProbe`, to: {...probe, failureThreshold: times, initialDelaySeconds: undefined}}])
      yield blame(patient, failing, {
        likely: !boot,
        got: `gets no answer while it still starts: ${boot ? `it needs about ${boot.seconds} s (${boot.why})` : 'it is not up by then, as its log shows'}, and the probe allows ${budget} s (${budgetWords(probe)}).`,
        evidence: [...(log && boot?.line !== undefined ? [patient.citeLog(log, boot.line)] : log && !boot ? [patient.citeLog(log, log.text.trimEnd().split('\n').length - 1)] : []),
          ...(boot && boot.line === undefined ? (['command', 'args'] as const).flatMap(at => patient.citeIfPresent(patient.pod, `${container.specPath}.${at}`)) : [])],
        fixes: [{action: field === 'startupProbe' ? `Let the startup probe of "${name}" fail ${times} times: that gives it ${times * period} seconds to start`
          : `Give "${name}" ${times * period} seconds to start: a startup probe that asks the same and may fail ${times} times`, ...change}],
      })
    }
  },
})
