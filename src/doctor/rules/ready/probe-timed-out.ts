import {sleeps} from '../../boot-time.js'
import {blame, editProbes, failingProbes, namesOf} from '../../failing-probe.js'
import {editTemplate} from '../../fix.js'
import {parseQuantity} from '../../quantity.js'
import {serverTexts} from '../../server-text.js'
import {defineRule} from '../../rule.js'

/** net/http while it waits for an answer, exec through containerd (`command timed out: "…" timed out after 1s`, before 1.29 `command "…" timed out`), and CRI's own. */
const TIMED_OUT = /awaiting headers|while reading body|request canceled|context deadline exceeded|timed out|health rpc did not complete|timeout \S+ exceeded/
/** Nobody took the connection: no question of time. */
const NO_CONNECTION = /i\/o timeout|waiting for connection|failed to connect/

/** Below this a program gets so little time that even what is quick takes seconds. */
const TINY = 0.05

export default defineRule({
  id: 'probe-timed-out',
  phase: 'ready',
  severity: 'error',
  heals: 'by itself',
  refines: ['probe-failing', 'probe-killed', 'probe-command-fails'],
  title: 'A probe is not answered within its timeoutSeconds',
  explain: `The program takes the question, and does not answer within timeoutSeconds, which is 1 where nothing else is said. Either the answer takes longer than that (a
heavy command, a health check that asks a database), or the program hangs, or it gets too little CPU: a limit of 10m is one millisecond of CPU in every hundred.`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      const {container, container: {spec, editPath, specPath, name}, probe, words} = failing
      const {timeoutSeconds = 1, periodSeconds = 10} = probe
      const command = (probe.exec?.command ?? []).join(' ')
      const slept = Math.max(0, ...[...command.matchAll(/\bsleep (\d+)/g)].map(([, number]) => Number(number)))
      const parsed = parseQuantity(String(spec.resources?.limits?.['cpu'] ?? ''))
      const cpu = parsed && Number(parsed.value) / 1e9
      const tiny = cpu !== undefined && cpu > 0 && cpu < TINY
      const paused = Math.max(slept, ...(probe.exec ? [] : serverTexts(patient, container).flatMap(({text}) => sleeps(text).filter(each => each >= timeoutSeconds && each <= 60))))
      // A pause of what answers, and not of what starts.
      const handled = probe.httpGet && paused > timeoutSeconds && serverTexts(patient, container).some(({text}) => /cgi-bin|do_GET|handler|\bnc\b.*-e /i.test(text))
      if (words === undefined ? !(probe.exec && (slept > timeoutSeconds || tiny)) && !handled : !TIMED_OUT.test(words) || NO_CONNECTION.test(words)) continue
      const longer = paused > 0 ? paused + 2 : Math.max(5, 5 * timeoutSeconds)
      const enough = Math.max(0.25, 20 * (cpu ?? 0))
      const limit = spec.resources?.limits?.['cpu']
      const change = tiny ? editTemplate(patient, [{path: `${editPath}.resources.limits.cpu`, to: `${Math.round(enough * 1000)}m`}]) : editProbes(patient, container, probe, 'timeoutSeconds', longer)
      yield blame(patient, failing, {
        likely: words === undefined && slept <= timeoutSeconds,
        got: `is not answered within its timeoutSeconds of ${timeoutSeconds}${tiny ? `; the CPU limit of ${limit} gives "${name}" ${Math.round(cpu * 1000) / 10} ms of CPU in every 100 ms`
          : slept > timeoutSeconds ? `; the command alone sleeps ${slept} s` : paused > 0 ? `; the answer takes about ${paused} s, since the program pauses that long` : ''}.`,
        evidence: [...(tiny ? [patient.cite(patient.pod, `${specPath}.resources.limits.cpu`)] : []), ...(!probe.exec && paused > 0 ? patient.citeIfPresent(patient.pod, `${specPath}.command`) : [])],
        fixes: [{action: tiny ? `Raise the CPU limit of "${name}" from ${limit} to ${Math.round(enough * 1000)}m`
          : `Allow the ${namesOf(container, probe)} ${longer} seconds${longer > periodSeconds ? ' (and a periodSeconds that is not shorter)' : ''}, or make what it asks answer sooner`, ...change}],
      })
    }
  },
})
