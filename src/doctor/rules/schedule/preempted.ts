import {otherWord} from '../../blocked-words.js'
import {placesOf} from '../../node-filters.js'
import {defineRule} from '../../rule.js'
import {theirWord} from '../../scheduling-words.js'

export default defineRule({
  id: 'preempted',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: ['pod-rejected', 'container-exited', 'killed-by-sigkill'],
  title: 'The scheduler has pushed the pod out for one of higher priority',
  explain: `Where a pod of higher priority fits nowhere, the scheduler removes pods of lower priority from a node until it does. It writes the condition DisruptionTarget with reason PreemptionByScheduler and
deletes the pod. A controller makes another one in its place, which waits for room like any other; a pod without a controller is gone. A finalizer keeps the removed pod in sight,
with the phase Failed.`,

  * check(patient) {
    const {pod, cluster, namespace} = patient
    const condition = patient.condition('DisruptionTarget')
    if (condition?.status !== 'True' || condition.reason !== 'PreemptionByScheduler' || (pod.status?.phase !== 'Failed' && pod.metadata?.deletionTimestamp === undefined)) return
    const {priority = 0, priorityClassName, nodeName} = pod.spec ?? {}
    const classes = priorityClassName === undefined ? '' : ` (${priorityClassName})`
    const place = (placesOf(cluster) ?? []).find(({name}) => name === nodeName)
    const waiting = (cluster.list('Pod', {fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed'}) ?? []).filter(({spec, status}) => !spec?.nodeName && status?.nominatedNodeName === nodeName)
    // Who came to the node at or after that time.
    const came = (place?.pods ?? []).filter(({status}) => (status?.startTime ?? '') >= (condition.since ?? '~'))
    const [by] = [...waiting, ...came].filter(({spec}) => (spec?.priority ?? 0) > priority).toSorted((a, b) => (b.spec?.priority ?? 0) - (a.spec?.priority ?? 0))
    const above = by?.spec?.priority ?? 0
    yield {
      summary: `The scheduler has pushed ${theirWord(patient)}, of priority ${priority}${classes}, out of node "${nodeName}" to make room for ${
        by ? `${otherWord(by, namespace)}, of priority ${above}${by.spec?.priorityClassName === undefined ? '' : ` (${by.spec.priorityClassName})`}` : 'a pod of higher priority'}.`,
      evidence: [patient.cite(pod, `${condition.path}.reason`), ...patient.citeIfPresent(pod, `${condition.path}.message`), ...patient.citeIfPresent(pod, 'spec.priority'), ...(by ? patient.citeIfPresent(by, 'spec.priority') : [])],
      fixes: [{action: by ? `Give ${theirWord(patient)} a priority class of ${above} or more, lower that of ${otherWord(by, namespace)}, or add a node with room for both` : `Give ${theirWord(patient)} a higher priority class, or add a node`}],
      culprit: by ? {kind: 'Pod', name: by.metadata?.name ?? '', namespace: by.metadata?.namespace ?? 'default'} : {kind: 'Node', name: nodeName ?? '', part: 'preemption'},
    }
  },
})
