import {otherWord} from '../../blocked-words.js'
import {editTemplate, wordOf} from '../../fix.js'
import type {Patient} from '../../patient.js'
import {leavingFor} from '../../make-way.js'
import {placesOf} from '../../node-filters.js'
import {listed} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {isWaiting, overSince, withoutNoise} from '../../scheduling.js'
import {theirWord} from '../../scheduling-words.js'
import {age} from '../../triage.js'
import type {Symptom} from '../../types.js'

/** A pod that nobody has looked at for so long waits for somebody who does not come. */
const PATIENCE_MS = 60_000

export default defineRule({
  id: 'unschedulable',
  phase: 'schedule',
  severity: 'error',
  heals: 'by itself',
  title: 'No node was chosen for the pod',
  explain: `A scheduler has to choose a node before anything else can happen, and it has not. It looks at each node for cordons, taints, labels, host
ports, free resources, volumes and other pods, in this order, and counts the first reason of each node: what is counted under one reason can still fail for the
next. It tries again whenever something changes that might help. A pod that no scheduler takes up at all has no condition PodScheduled.`,

  * check(patient) {
    const {pod, owner: {ref: culprit}, cluster} = patient
    const {status, message, reason, path} = patient.condition('PodScheduled') ?? {}
    const condition = path === undefined ? [] : [...patient.citeIfPresent(pod, `${path}.reason`), ...patient.citeIfPresent(pod, `${path}.message`)]
    if (isWaiting(patient) && status === 'False') {
      const event = message ? undefined : patient.events('FailedScheduling')[0]
      const words = withoutNoise(message || event?.message || reason || '').replace(/\.?$/, '.')
      const [room, over] = [pod.status?.nominatedNodeName, overSince(patient)]
      const leaving = room === undefined ? [] : leavingFor(patient, room)
      const who = leaving.length === 0 ? 'pods of lower priority have' : `${listed(leaving.slice(0, 3).map(victim => `${otherWord(victim, patient.namespace)} (priority ${victim.spec?.priority ?? 0}, against ${pod.spec?.priority ?? 0})`))} ${leaving.length === 1 ? 'has' : 'have'}`
      yield {
        summary: words.startsWith('no nodes available to schedule pods') && placesOf(cluster)?.length === 0 ? `The cluster has no nodes, so there is none for ${theirWord(patient)}.`
          : room !== undefined ? `Node "${room}" takes ${theirWord(patient)} once ${who} left it, pushed out by the scheduler to make room: ${words}`
          : over === undefined ? `No node takes ${theirWord(patient)}: ${words}` : `No node took ${theirWord(patient)} so far, but ${over}; the scheduler looks again within five minutes.`,
        evidence: [...condition, ...(event ? [patient.cite(event, 'message')] : []), ...patient.citeIfPresent(pod, 'status.nominatedNodeName'), ...leaving.slice(0, 3).map(victim => patient.cite(victim, 'metadata.deletionTimestamp'))],
        fixes: words.startsWith('no nodes available') && placesOf(cluster)?.length === 0 ? [{action: 'Add a node, or let the autoscaler of the cluster add one'}] : [], culprit,
      }
    } else if (isWaiting(patient) && status === undefined && cluster.now - Date.parse(pod.metadata?.creationTimestamp ?? '') > PATIENCE_MS) yield unseen(patient)
  },
})

/** A pod whose ResourceClaim is missing is not even tried, and looks exactly like one whose scheduler does not run. */
function unseen(patient: Patient): Symptom {
  const {pod, owner, cluster} = patient
  const {schedulerName = 'default-scheduler', resourceClaims = []} = pod.spec ?? {}
  const claims = resourceClaims.map(({name, resourceClaimName, resourceClaimTemplateName}) => `"${resourceClaimName ?? resourceClaimTemplateName ?? name}"`).join(' and ')
  const change = schedulerName === 'default-scheduler' ? undefined : editTemplate(patient, [{path: 'schedulerName', to: 'default-scheduler'}])
  return {
    summary: `No scheduler has taken up ${theirWord(patient)} for ${age(pod.metadata?.creationTimestamp, cluster.now)}: "${schedulerName}" ${claims ? `waits for resource claim ${claims}, or ` : ''}does not run.`,
    evidence: [patient.cite(pod, 'metadata.creationTimestamp'), ...['spec.schedulerName', 'spec.resourceClaims'].flatMap(path => patient.citeIfPresent(pod, path))],
    fixes: [...(change ? [{action: `Leave ${theirWord(patient)} to the default scheduler, by schedulerName in ${wordOf(owner.ref)}`, ...change}] : []),
      {action: `${claims ? `Create what resource claim ${claims} names in namespace ${patient.namespace}, or start` : 'Start'} scheduler "${schedulerName}"`}],
    culprit: {...owner.ref, part: schedulerName}, likely: true,
  }
}
