import {wordOf} from '../../fix.js'
import {endOfJob, keepsFailedPod, lastPodOf} from '../../job-end.js'
import {defineWorkloadRule} from '../../rule.js'

/** The deadline of a Job. That of a pod, which fails and stays, is `pod-deadline-exceeded`. */
export default defineWorkloadRule({
  id: 'job-deadline-exceeded',
  judges: 'workload',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  title: 'A Job was stopped because its activeDeadlineSeconds were over',
  explain: `A Job with activeDeadlineSeconds gets that much time from its start for everything: waiting for a node, pulling images, all its
pods and all their tries. When the time is over its pods are deleted, with their logs, and the Job fails for good. It is not always too slow:
a pod that could not start also uses up the time.`,

  * check(workload) {
    const end = endOfJob(workload)
    if (end?.reason !== 'DeadlineExceeded' || keepsFailedPod(workload, end)) return
    const {job, path} = end
    const {owner, ref} = workload
    const last = lastPodOf(workload, end)
    const seconds = job.spec?.activeDeadlineSeconds
    const done = job.status?.succeeded ?? 0
    const completions = job.spec?.completions ?? 1
    const state = last?.words ? `; the pod never got to its end: ${last.words}` : last?.ran ? `, while ${last.container ? `container "${last.container}" of ` : ''}pod "${last.name}" was still running`
      : last ? `, before pod "${last.name}" had started its program` : ''
    yield {
      summary: `Job "${job.metadata?.name}" was stopped after its activeDeadlineSeconds${seconds === undefined ? '' : ` of ${seconds}`}${completions > 1 ? `, with ${done} of ${completions} completions` : ''}${state}.`,
      evidence: [workload.cite(job, `${path}.reason`), ...workload.citeIfPresent(job, 'spec.activeDeadlineSeconds'), ...workload.citeIfPresent(job, 'status.startTime'), ...last?.evidence ?? []],
      fixes: last?.words || seconds === undefined ? [] : [{action: `${ref.kind === 'CronJob' ? `Give the Jobs of ${wordOf(owner.ref)}` : `Create ${wordOf(owner.ref)} anew with`} more than ${seconds} activeDeadlineSeconds, or ${
        ref.kind === 'CronJob' ? 'no deadline' : 'without a deadline'}: it did not come to an end in that time`}],
      culprit: {...owner.ref, part: 'activeDeadlineSeconds'},
    }
  },
})
