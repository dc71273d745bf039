import {lastWords} from '../../log-scan.js'
import {rollBack} from '../../revisions.js'
import {defineRule} from '../../rule.js'
import {stoppedFor} from '../../stopped.js'

/** Exit codes by convention: shells use 126 and 127, a runtime reports death by signal n as 128+n. */
const MEANING: Record<number, string> = {
  126: 'what a shell should run may not be executed', 127: 'a shell did not find what it should run', 132: 'SIGILL: an instruction that this processor does not have',
  134: 'SIGABRT: the program gave up by itself', 135: 'SIGBUS', 136: 'SIGFPE: a division by zero', 137: 'SIGKILL', 139: 'SIGSEGV: the program touched memory that is not its own', 143: 'SIGTERM: it was asked to stop',
}

export default defineRule({
  id: 'container-exited',
  phase: 'run',
  severity: 'error',
  heals: 'by itself',
  title: 'The program in the container ended',
  explain: `The container was started, and its program ended: that is what CrashLoopBackOff means, where the kubelet waits longer
before every new try, up to five minutes. Why it ended is known to the program alone, so its log is the evidence: the report quotes the
first line that speaks of an error. The exit code tells a little: 1 or 2 an error of the program, 126 and 127 a shell that cannot run
something, from 129 on death by the signal of that number less 128.`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, ended, role, status} = container
      if (/^(?:StartError|ContainerCannotRun)$/.test(ended.reason)) continue
      const {words, evidence} = lastWords(patient, container)
      const meaning = ended.reason === 'ContainerStatusUnknown' ? undefined : MEANING[ended.exitCode]
      const stopped = stoppedFor(patient, container)
      const {reason, message} = patient.pod.status?.phase === 'Failed' ? patient.pod.status : {}
      const who = `${role === 'main' ? 'Container' : role === 'init' ? 'Init container' : 'Sidecar'} "${name}"`
      yield {
        container: name,
        summary: reason ? `${who} was stopped with its pod (exit code ${ended.exitCode}): ${message?.trim() ?? reason}`
          : stopped ? `${who} was restarted by the kubelet: ${stopped.why}.`
          : `${who} ended with exit code ${ended.exitCode}${meaning ? ` (${meaning})` : ''}${words}`,
        evidence: [...(reason ? [patient.cite(patient.pod, 'status.reason')] : []), ...(stopped ? [patient.cite(stopped.event, 'message')] : []), patient.cite(patient.pod, `${ended.path}.exitCode`), ...patient.citeIfPresent(patient.pod, `${ended.path}.reason`), ...evidence,
          ...(status?.restartCount ? [patient.cite(patient.pod, `${container.statusPath}.restartCount`)] : [])],
        fixes: rollBack(patient, ''),
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
