import {memoryLimit} from '../../heap.js'
import {shortened} from '../../telling-line.js'
import {defineWellPodRule} from '../../rule.js'

/**
 * gunicorn `Worker (pid:7) was sent SIGKILL! Perhaps out of memory?`, a shell's `Killed`, supervisors' `terminated by SIGKILL`, `exited with 137`, celery's `signal 9 (SIGKILL)`. The kubelet
 * reports only a container that ends; with containerd the reason `OOMKilled` appears when it does.
 */
const KILLED = /was sent SIGKILL|(?:killed|terminated|exited|died)\b.{0,40}\b(?:SIGKILL|signal:? (?:9|killed)|137)\b|signal 9 \(SIGKILL\)|^(?:\S+: line \d+: +\d+ )?Killed\b|\bout of memory\b/i

export default defineWellPodRule({
  id: 'child-killed-for-memory',
  phase: 'run',
  judges: 'well pod',
  severity: 'warning',
  heals: 'by itself',
  title: 'A child of the program is killed again and again, likely for memory',
  explain: `The container runs and is ready, but its log says that processes it starts are killed with SIGKILL. In a container with a memory limit that is most often the kernel: it kills the
largest process when the limit is reached, and as long as that is not the container's first process, Kubernetes neither reports it nor restarts anything.`,

  * check(patient) {
    for (const container of patient.containers) {
      const {name, spec, specPath, status} = container
      const log = memoryLimit(container) === undefined || !status?.state?.running ? undefined : patient.log(container, {previous: false})
      const texts = log?.text.split('\n').map(text => text.trim()) ?? []
      // What a shell says is followed by what its script does, which tells more.
      const first = texts.find(text => KILLED.test(text) && text !== 'Killed') ?? texts.find(text => KILLED.test(text))
      const alike = (text: string) => text.replaceAll(/\d+/g, '0')
      const lines = texts.flatMap((text, i) => first !== undefined && alike(text) === alike(first) ? [i] : [])
      if (!log || lines.length === 0) continue
      yield {
        container: name, likely: true,
        summary: `Container "${name}" runs, but processes in it are killed${lines.length > 1 ? ` (${lines.length} times in its log)` : ''}, likely for its memory limit of ${spec.resources?.limits?.['memory']}: ${shortened(first!)}`,
        evidence: [patient.citeLog(log, lines[0]!), ...(lines.length > 1 ? [patient.citeLog(log, lines.at(-1)!)] : []), patient.cite(patient.pod, `${specPath}.resources.limits.memory`)],
        fixes: [{action: `Let the program start fewer or smaller processes at once, or give container "${name}" the memory that all of them need together`}],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
