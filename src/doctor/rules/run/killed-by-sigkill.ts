import {isError, lastWords, shortened} from '../../log-scan.js'
import {stoppedFor} from '../../stopped.js'
import {defineRule} from '../../rule.js'

/**
 * Exit code 137 is 128 + 9: any SIGKILL. Reason `OOMKilled` would be the memory limit, a `Killing` event a probe,
 * `ContainerStatusUnknown` a node that came back, a Failed pod an eviction: those are other faults.
 */
export default defineRule({
  id: 'killed-by-sigkill',
  phase: 'run',
  severity: 'error',
  heals: 'by itself',
  refines: 'container-exited',
  title: 'The program was killed with SIGKILL, not for its memory limit',
  explain: `Exit code 137 means that somebody sent SIGKILL. Most people read it as "out of memory", but then the status says OOMKilled, which it
does not here. What is left: the program or a script in the container killed it; the node as a whole ran out of memory; or a stop was
asked for, and the grace period ran out because the program does not listen to SIGTERM (a shell as first process does not pass it on).`,

  * check(patient) {
    if (patient.pod.metadata?.deletionTimestamp !== undefined || patient.pod.status?.phase === 'Failed') return
    for (const container of patient.ended) {
      const {name, ended, spec} = container
      if (ended.exitCode !== 137 || ended.reason === 'OOMKilled' || ended.reason === 'ContainerStatusUnknown' || stoppedFor(patient, container)) continue
      const {line, evidence} = lastWords(patient, container)
      const limit = spec.resources?.limits?.['memory']
      // A probe may have killed it, whose events are gone. Without one, nobody outside the container has a reason to.
      const probed = spec.livenessProbe !== undefined || spec.startupProbe !== undefined
      const who = `Container "${name}" was killed with SIGKILL (exit code 137)`
      yield {
        container: name,
        ...(!probed && {likely: true as const}),
        summary: `${probed ? `${who}, but not reported as OOMKilled` : `${who} from inside: it is not reported as OOMKilled, has no probe that kills it, and its pod is not being deleted`}${
          line && isError(line) ? `; its log says: ${shortened(line.text)}` : '.'}`,
        evidence: [patient.cite(patient.pod, `${ended.path}.exitCode`), ...patient.citeIfPresent(patient.pod, `${ended.path}.reason`), ...evidence],
        fixes: [{action: limit === undefined ? 'Look for what in the container sends SIGKILL; it has no memory limit of its own, so also look whether its node ran out of memory'
          : `Look for what in the container sends SIGKILL, and whether it comes near its memory limit of ${limit}`}],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
