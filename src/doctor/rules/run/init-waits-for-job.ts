import {initWords, waitersOf} from '../../init-place.js'
import {nearMisses, STRONG} from '../../near-miss.js'
import {defineRule} from '../../rule.js'
import {expanded} from '../../waited-for.js'

/** `kubectl wait --for=condition=complete job/migrate`, `kubectl get job migrate`, k8s-wait-for `job migrate`. */
const WAITS = /\bjobs?(?:\.batch)?[/ ]+(?:-\S+ +)*([a-z0-9](?:[-a-z0-9.]*[a-z0-9])?)/
const DENIED = /cannot (?:get|list|watch) resource "jobs"/

export default defineRule({
  id: 'init-waits-for-job',
  phase: 'run',
  severity: 'error',
  heals: 'by itself',
  refines: ['init-container-hangs', 'init-waits-for-service'],
  title: 'An init container waits for a Job that does not exist, has failed, or may not be read',
  explain: `An init container that waits for a Job (kubectl wait, k8s-wait-for) asks the API server again and again. A Job that has failed will not complete any more, and one that is not
there will not either; a ServiceAccount that may not read Jobs never sees it complete.`,

  * check(patient) {
    for (const container of patient.containers) {
      const {name: own, role, status, statusPath, specPath} = container
      if (role !== 'init' || !status?.state?.running) continue
      const name = /kubectl|wait.?for/i.test(`${container.spec.image} ${expanded(patient, container)}`) ? WAITS.exec(expanded(patient, container))?.[1] : undefined
      const job = name === undefined ? undefined : patient.find('Job', name)
      if (name === undefined || job === undefined) continue
      const log = patient.log(container, {previous: false})
      const denied = log?.text.split('\n').findLastIndex(text => DENIED.test(text)) ?? -1
      const near = job === null ? nearMisses(name, (patient.list('Job') ?? []).map(({metadata}) => metadata?.name ?? ''))[0] : undefined
      const at = job?.status?.conditions?.findIndex(({type, status}) => type === 'Failed' && status === 'True') ?? -1
      const failed = job?.status?.conditions?.[at]
      const account = patient.pod.spec?.serviceAccountName ?? 'default'
      const why = denied >= 0 ? `ServiceAccount "${account}" may not read Jobs`
        : job === null ? `Job "${name}" does not exist${near && near.score >= STRONG ? `; "${near.name}" does` : ''}`
        : failed ? `Job "${name}" has failed${failed.reason ? ` (${failed.reason}${failed.message ? `: ${failed.message}` : ''})` : ''}`
        : job.spec?.suspend ? `Job "${name}" is suspended` : undefined
      if (why === undefined) continue
      yield {
        container: own,
        summary: `${initWords(patient, container)} waits for job ${name}: ${why}; ${waitersOf(patient, container)}.`,
        evidence: [patient.cite(patient.pod, `${statusPath}.state.running`), ...(['command', 'args'] as const).flatMap(field => patient.citeIfPresent(patient.pod, `${specPath}.${field}`)),
          ...(log && denied >= 0 ? [patient.citeLog(log, denied)] : job === null ? [patient.citeAbsence('Job', name)] : failed ? [patient.cite(job, `status.conditions[${at}].message`)] : patient.citeIfPresent(job, 'spec.suspend'))],
        fixes: [denied >= 0 ? {action: `Let ServiceAccount "${account}" get, list and watch jobs (a Role and a RoleBinding)`}
          : job?.spec?.suspend && !failed ? {action: `Let the Job run`, commands: [['kubectl', 'patch', `job/${name}`, '--type=merge', '-p', '{"spec":{"suspend":false}}']], effect: 'changes-spec'}
          : {action: failed ? `Mend what made Job "${name}" fail and make the Job anew` : near && near.score >= STRONG ? `Let init container "${own}" wait for job ${near.name}` : `Create Job "${name}", or let init container "${own}" wait for one that exists`}],
        culprit: {kind: 'Job', namespace: patient.namespace, name},
      }
    }
  },
})
