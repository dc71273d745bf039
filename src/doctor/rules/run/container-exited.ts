import {contextOf, debugCopy, followed} from '../../exit-context.js'
import {fixesForCode, meaningOf} from '../../exit-code.js'
import {lastWords} from '../../log-scan.js'
import {rollBack} from '../../revisions.js'
import {defineRule} from '../../rule.js'
import {stoppedFor} from '../../stopped.js'
import {age} from '../../triage.js'

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
      const {name, ended, role, status, spec} = container
      if (/^(?:StartError|ContainerCannotRun)$/.test(ended.reason)) continue
      const {words, evidence, line} = lastWords(patient, container)
      const unknown = ended.reason === 'ContainerStatusUnknown'
      const meaning = unknown ? undefined : meaningOf(ended.exitCode)
      const stopped = stoppedFor(patient, container)
      const {reason, message} = patient.pod.status?.phase === 'Failed' ? patient.pod.status : {}
      // A native sidecar that dies before it has started holds back all that come after it.
      const blocked = role !== 'sidecar' ? [] : patient.containers.filter(({waiting, role: other}) => other === 'main' && waiting?.reason === 'PodInitializing').map(other => `"${other.name}"`)
      const who = `${role === 'main' ? 'Container' : role === 'init' ? 'Init container' : 'Sidecar'} "${name}"${blocked.length > 0 ? `, without which ${blocked.join(', ')} cannot start,` : ''}`
      const by = !reason && !stopped && !unknown
      const context = by && !patient.containers.find(other => other.name === name)?.well ? contextOf(patient, container, line) : {sentences: [], evidence: []}
      const silent = by && words === ', and wrote nothing.'
      const command = silent && spec.command ? ` (command ${[...spec.command, ...spec.args ?? []].join(' ').slice(0, 60)})` : ''
      // It may be up when it is looked at: what matters is that it does not stay so.
      const up = by && status?.state?.running && !container.well && status.restartCount > 0
      const lived = up && ended.startedAt && ended.finishedAt ? ` after ${age(ended.startedAt, Date.parse(ended.finishedAt))}` : ''
      const again = up ? `${lived} and runs again (${status.restartCount} restart${status.restartCount === 1 ? '' : 's'} so far)` : ''
      const text = `${who}${command} ended with exit code ${ended.exitCode}${meaning ? ` (${meaning})` : ''}${again}${words}`
      yield {
        container: name,
        summary: reason ? `${who} was stopped with its pod (exit code ${ended.exitCode}): ${message?.trim() ?? reason}`
          : stopped ? `${who} was restarted by the kubelet: ${stopped.why}.`
          : followed(text, context),
        evidence: [...(reason ? [patient.cite(patient.pod, 'status.reason')] : []), ...(stopped ? [stopped.evidence] : []), patient.cite(patient.pod, `${ended.path}.exitCode`), ...patient.citeIfPresent(patient.pod, `${ended.path}.reason`), ...evidence, ...context.evidence,
          ...(status?.restartCount ? [patient.cite(patient.pod, `${container.statusPath}.restartCount`)] : [])],
        fixes: [...rollBack(patient, ''), ...(by ? fixesForCode(patient, container, ended.exitCode) : []), ...(silent && ended.exitCode < 126 ? [debugCopy(patient, container)] : [])],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
