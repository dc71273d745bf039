import {isOverdue} from '../../deletion.js'
import {defineWellPodRule} from '../../rule.js'
import {preStopWords, shellScript, shellStays} from '../../stopping.js'

/** A grace period of this length is what Kubernetes gives everybody. */
const USUAL = 30

/**
 * The pod is within its grace period: no fault yet, so this only says how long it may take and what it waits for. When the period is over and it is
 * still there, it is stuck-terminating.
 */
export default defineWellPodRule({
  id: 'slow-to-stop',
  judges: 'well pod',
  phase: 'stop',
  severity: 'warning',
  heals: 'by itself',
  title: 'The pod is being stopped, and takes its time',
  explain: `A container that is to stop first runs its preStop hook; then its first process gets SIGTERM, and when the grace period is over SIGKILL. The period begins with the
deletion, so the hook counts. A process with the number 1 does not end on SIGTERM unless it listens to it, and a shell that waits for another program neither ends nor passes
it on. That costs the whole period at every deletion, and in-flight work is lost at the end.`,

  * check(patient) {
    const {pod, cluster} = patient
    const {deletionTimestamp, deletionGracePeriodSeconds: grace = USUAL} = pod.metadata ?? {}
    if (deletionTimestamp === undefined || isOverdue(patient)) return
    const left = Math.round((Date.parse(deletionTimestamp) - cluster.now) / 1000)
    const failed = patient.events('FailedPreStopHook')
    const ran = grace - left
    if (!(left > 0) || !(ran >= 3)) return
    for (const {name, spec, specPath, status, statusPath} of patient.containers) {
      if (!status?.state?.running) continue
      const hook = preStopWords(spec)
      const broken = failed.find(({involvedObject}) => involvedObject?.fieldPath === undefined || involvedObject.fieldPath.endsWith(`{${name}}`))
      const script = shellScript(spec)
      const stays = script !== undefined && shellStays(script)
      const waits = hook && !broken ? `its preStop hook (${hook.words}) has to end first`
        : stays ? 'its first process is a shell, which does not pass SIGTERM on to the program that it runs' : 'its first process has not ended on SIGTERM'
      if (ran < 15 && grace < 2 * USUAL && !broken && !(hook?.seconds !== undefined && hook.seconds > 10) && !(stays && grace > USUAL)) continue
      const over = hook?.seconds !== undefined && hook.seconds >= grace
      yield {
        container: name,
        summary: `The pod is being deleted, and container "${name}" still runs after ${ran}s of its grace period of ${grace}s: ${
          broken && hook ? `its preStop hook (${hook.words}) has failed, and ` : ''}${waits}${over ? `, which takes longer than the grace period` : ''}; it is killed in ${left}s at the latest.`,
        evidence: [
          patient.cite(pod, 'metadata.deletionTimestamp'), ...patient.citeIfPresent(pod, 'metadata.deletionGracePeriodSeconds'),
          ...(broken ? [patient.cite(broken, 'reason'), ...patient.citeIfPresent(broken, 'message')] : []),
          ...(hook ? [patient.cite(pod, `${specPath}.lifecycle.preStop`)] : stays ? [patient.cite(pod, `${specPath}.command`)] : []), patient.cite(pod, `${statusPath}.state.running`),
        ],
        fixes: [
          ...(broken && hook ? [{action: `Mend or leave out the preStop hook of container "${name}" (${hook.words})`}] : []),
          ...(stays ? [{action: `Let the shell hand over to its program: put "exec" before the last command of container "${name}"`}] : []),
        ],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
