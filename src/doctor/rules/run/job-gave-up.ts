import {editTemplate, wordOf} from '../../fix.js'
import {endOfJob, keepsFailedPod, lastPodOf} from '../../job-end.js'
import {shortened} from '../../log-scan.js'
import {defineWorkloadRule} from '../../rule.js'

/** A Job that failed and of which no failed pod is left. Where one is left, its own fault is the cause; a Job that ran out of time is `job-deadline-exceeded`. */
export default defineWorkloadRule({
  id: 'job-gave-up',
  judges: 'workload',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  title: 'A Job failed too often, and its pods are gone',
  explain: `A Job tries again until its pods have failed backoffLimit times (6 by default), then it fails for good. With restartPolicy OnFailure
the kubelet restarts the container in one pod, which the job controller deletes with its log when the limit is reached, so that nobody can
read why; with Never every try leaves a failed pod with its log. A failed Job does not start again: it has to be made anew.`,

  * check(workload) {
    const end = endOfJob(workload)
    if (!end || end.reason === 'DeadlineExceeded' || keepsFailedPod(workload, end)) return
    const {job, reason, message, path} = end
    const {template, owner, templatePath} = workload
    const last = lastPodOf(workload, end)
    const names = (template?.containers ?? []).map(({name}) => name)
    const container = last?.container ?? (names.length === 1 && !template?.initContainers?.length ? names[0] : undefined)
    const index = template?.containers?.findIndex(({name}) => name === container) ?? -1
    const deletes = template?.restartPolicy === 'OnFailure'
    const limit = job.spec?.backoffLimit ?? 6
    const ran = shortened([...template?.containers?.[index]?.command ?? [], ...template?.containers?.[index]?.args ?? []].join(' '))
    const failed = container === undefined ? 'its pod' : `its container "${container}"${ran === '' ? '' : ` (${ran})`}`
    const why = reason === 'BackoffLimitExceeded' ? `${failed} failed more often than its backoffLimit of ${limit} allows`
      : /Index/.test(reason) ? `${message.replace(/\.$/, '')}${job.status?.failedIndexes ? ` (${job.status.failedIndexes})` : ''}` : message.replace(/\.$/, '') || reason
    const said = last?.words ? `; the last was told: ${last.words}` : deletes ? `; restartPolicy OnFailure has deleted the pod with its log` : '; none of its pods is left'
    const change = deletes ? editTemplate(workload, [{path: 'restartPolicy', to: 'Never'}]) : undefined
    yield {
      summary: `Job "${job.metadata?.name}" gave up: ${why}${said}.`,
      evidence: [
        workload.cite(job, `${path}.reason`), ...workload.citeIfPresent(job, 'status.failed'), ...workload.citeIfPresent(job, 'spec.backoffLimit'), ...last?.evidence ?? [],
        ...(deletes ? [workload.cite(workload.templated, `${templatePath}.restartPolicy`)] : []),
        ...(index < 0 ? [] : ['command', 'args'].flatMap(field => workload.citeIfPresent(workload.templated, `${templatePath}.containers[${index}].${field}`))),
      ],
      fixes: deletes ? [change ? {action: `Let the next run keep its failed pods and their logs with restartPolicy Never`, ...change}
        : {action: `Create ${wordOf(owner.ref)} anew with restartPolicy Never: then its failed pods stay, with their logs`}] : [],
      culprit: owner.ref,
    }
  },
})
