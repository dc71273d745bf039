import {editTemplate} from '../../fix.js'
import {scoreOf, STRONG} from '../../near-miss.js'
import {defineRule} from '../../rule.js'
import {isWaiting} from '../../scheduling.js'
import {manifestWord, theirWord, verb} from '../../scheduling-words.js'
import {DEFAULT_SCHEDULER, schedulerTraces} from '../../schedulers.js'
import {age} from '../../triage.js'
import type {Fix} from '../../types.js'

/** As long as a scheduler may take before it looks at a new pod: for one that has left no trace, and for one that has. */
const [SOON_MS, PATIENCE_MS] = [5_000, 60_000]

export default defineRule({
  id: 'scheduler-not-running',
  phase: 'schedule',
  severity: 'error',
  heals: 'by itself',
  refines: 'unschedulable',
  title: 'No scheduler takes the pod up',
  explain: `Every pod names its scheduler (schedulerName, by default default-scheduler), and only that one looks at it. Where no scheduler of that name runs, the pod waits
for ever, without a condition, without an event: nobody is there who could complain. A scheduler that has looked at the pod and found no node leaves the condition
PodScheduled with a message; a missing ResourceClaim leaves none either, and is looked for first.`,

  * check(patient) {
    const {pod, owner, cluster} = patient
    if (!isWaiting(patient) || patient.condition('PodScheduled') || patient.events('FailedScheduling').length > 0) return
    if (pod.spec?.resourceClaims?.some(({resourceClaimName, resourceClaimTemplateName}) =>
      (resourceClaimName !== undefined && !patient.find('ResourceClaim', resourceClaimName)) || (resourceClaimTemplateName !== undefined && !patient.find('ResourceClaimTemplate', resourceClaimTemplateName)))) return
    const name = pod.spec?.schedulerName ?? DEFAULT_SCHEDULER
    const since = pod.metadata?.creationTimestamp
    const waited = cluster.now - Date.parse(since ?? '')
    if (!(waited >= SOON_MS)) return
    const {stale, sick, none} = schedulerTraces(cluster, name)
    if (!none && !stale && waited < PATIENCE_MS) return
    const near = name !== DEFAULT_SCHEDULER && scoreOf(name, DEFAULT_SCHEDULER) >= STRONG
    const change = name === DEFAULT_SCHEDULER ? undefined : editTemplate(patient, [{path: 'schedulerName', to: DEFAULT_SCHEDULER}])
    const fixes: Fix[] = [
      ...(name === DEFAULT_SCHEDULER ? [] : [{action: `Leave ${theirWord(patient)} to the default scheduler, by schedulerName: ${DEFAULT_SCHEDULER} in ${manifestWord(patient)}`, ...change}]),
      ...(near ? [] : [{action: sick ? `Let pod "${sick.metadata?.name}" of namespace ${sick.metadata?.namespace} run: it is scheduler "${name}"` : `Start ${name === DEFAULT_SCHEDULER ? 'kube-scheduler' : `scheduler "${name}"`}`}]),
    ]
    const why = stale ? `it last renewed its Lease "${stale.metadata?.name}" ${stale.spec?.renewTime === undefined ? 'never' : `at ${stale.spec.renewTime}`}`
      : sick ? `pod "${sick.metadata?.name}" of namespace ${sick.metadata?.namespace} has its name and is not ready`
        : none ? `no pod ${none === 'pods' ? '' : 'and no Lease '}in the cluster has its name` : 'it has left no condition and no event'
    yield {
      summary: `Scheduler "${name}", which ${theirWord(patient)} ${verb(patient, 'ask')} for by schedulerName, does not run: nobody has looked at ${verb(patient, 'them', 'it')} for ${age(since, cluster.now)}, and ${why}${
        near ? `; the scheduler of the cluster is "${DEFAULT_SCHEDULER}"` : ''}.`,
      evidence: [patient.cite(pod, 'metadata.creationTimestamp'), ...patient.citeIfPresent(pod, 'spec.schedulerName'),
        ...(stale ? patient.citeIfPresent(stale, 'spec.renewTime') : []), ...(sick ? patient.citeIfPresent(sick, 'status.phase') : [])],
      fixes, culprit: {...owner.ref, part: name}, ...(!stale && none !== 'pods and leases' && {likely: true as const}),
    }
  },
})
