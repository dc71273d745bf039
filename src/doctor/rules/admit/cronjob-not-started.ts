import type {CronJob} from '../../../kube/types.js'
import {nextDue, parseSchedule} from '../../cron.js'
import {wordOf} from '../../fix.js'
import {defineWellWorkloadRule} from '../../rule.js'
import {age} from '../../triage.js'

/** A CronJob whose last run has failed is sick and told by that run; one that is suspended says so in the headline. */
export default defineWellWorkloadRule({
  id: 'cronjob-not-started',
  judges: 'well workload',
  phase: 'admit',
  severity: 'warning',
  heals: 'by itself',
  title: 'A CronJob does not start a run that is due',
  explain: `With concurrencyPolicy Forbid a CronJob starts no run while one is still active: a run that hangs stops all that follow, and the
only trace is a Normal event JobAlreadyActive. A run that could not be started in time is left out altogether after startingDeadlineSeconds.
And a schedule can name a day that no month has.`,

  * check(workload) {
    const {object, ref, cluster} = workload
    const {spec, status} = object as CronJob
    if (ref.kind !== 'CronJob' || spec?.suspend) return
    const schedule = parseSchedule(spec?.schedule ?? '')
    const evidence = [workload.cite(object, 'spec.schedule'), ...workload.citeIfPresent(object, 'status.lastScheduleTime')]
    if (schedule && nextDue(schedule, cluster.now) === undefined) {
      yield {summary: `CronJob "${ref.name}" is never due: there is no day for its schedule "${spec?.schedule}".`, evidence, fixes: [], culprit: {...ref, part: 'schedule'}}
      return
    }
    const running = (status?.active ?? []).flatMap(({name}) => name === undefined ? [] : [{name, job: workload.find('Job', name)}])
    const [hanging] = running.filter(({job}) => job && !job.status?.conditions?.some(({type, status}) => status === 'True' && /^(?:Complete|Failed)$/.test(type)))
    const [told] = workload.events('JobAlreadyActive')
    // Only schedules of minutes are the same in all time zones.
    const everyHour = schedule?.hours.size === 24 && schedule.days.size === 31 && schedule.months.size === 12 && schedule.weekdays.size >= 7
    const last = Date.parse(status?.lastScheduleTime ?? '')
    const due = everyHour && !Number.isNaN(last) ? nextDue(schedule, last) : undefined
    if (spec?.concurrencyPolicy !== 'Forbid' || !hanging?.job || !(told ?? (due !== undefined && due + 10_000 < cluster.now))) return
    const {name, job} = hanging
    yield {
      summary: `CronJob "${ref.name}" starts no further run: job/${name} is still active after ${age(job.status?.startTime ?? job.metadata?.creationTimestamp, cluster.now)}, and its concurrencyPolicy is Forbid.`,
      evidence: [workload.cite(object, 'spec.concurrencyPolicy'), ...evidence, ...workload.citeIfPresent(job, 'status.startTime'), ...workload.citeIfPresent(job, 'status.active'), ...(told ? [workload.cite(told, 'message')] : [])],
      fixes: [
        {action: `End the run that hangs, if it does nothing any more: its pod and log go with it`, commands: [['kubectl', 'delete', wordOf({kind: 'Job', name})]], effect: 'deletes-data'},
        {action: `Give the Jobs of ${wordOf(ref)} an activeDeadlineSeconds (spec.jobTemplate.spec), so that none can run for ever`},
      ],
      culprit: {...ref, part: 'concurrencyPolicy'},
    }
  },
})
