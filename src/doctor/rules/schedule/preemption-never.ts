import {otherWord} from '../../blocked-words.js'
import {byLack, fullnessWords, numbersOf} from '../../full-nodes.js'
import {lowerRequests} from '../../lower-requests.js'
import {listed} from '../../report/layout.js'
import {readable, requestsOf} from '../../resources.js'
import {defineRule} from '../../rule.js'
import {freeOf, placementOf, shortagesOf, type Candidate} from '../../scheduling.js'
import {manifestWord, schedulerWords} from '../../scheduling-words.js'

export default defineRule({
  id: 'preemption-never',
  phase: 'schedule',
  severity: 'error',
  heals: 'by itself',
  refines: 'insufficient-resources',
  title: 'The nodes are full of pods of lower priority, which this pod may not push out',
  explain: `A pod of higher priority makes room for itself: the scheduler removes pods of lower priority where that helps. A priority class with preemptionPolicy: Never only lets its pods stand
further ahead in the queue: they wait until there is room. The policy is copied into the pod as it is made, and the class's own can never be changed.`,

  * check(patient) {
    const placement = placementOf(patient)
    const {pod, owner, namespace} = patient
    if (placement?.blame !== 'resources' || pod.spec?.preemptionPolicy !== 'Never') return
    const priority = pod.spec.priority ?? 0
    const lower = ({pods}: Candidate) => pods.filter(other => (other.spec?.priority ?? 0) < priority)
    const cleared = placement.nodes.find(candidate => shortagesOf(candidate).every(({resource, wanted}) =>
      freeOf(candidate, resource) + lower(candidate).reduce((sum, other) => sum + (resource === 'pods' ? wanted : requestsOf(other).get(resource) ?? 0n), 0n) >= wanted))
    if (!cleared) return
    const {resource} = shortagesOf(cleared)[0]!
    const victims = lower(cleared).map(other => ({other, held: requestsOf(other).get(resource) ?? 0n})).filter(({held}) => held > 0n || resource === 'pods').toSorted((a, b) => Number(b.held - a.held)).slice(0, 2)
    const full = byLack(placement.nodes)
    const holders = victims.map(({other, held}) => `${otherWord(other, namespace)} (priority ${other.spec?.priority ?? 0}${resource === 'pods' ? '' : `, ${readable(resource, held)}`})`)
    const name = pod.spec.priorityClassName
    yield {
      summary: `${fullnessWords(patient, placement, full)}; ${listed(holders)} on "${cleared.name}" would have to make way for priority ${priority}, but ${name === undefined ? 'the pod' : `priority class "${name}"`} has preemptionPolicy Never.`,
      evidence: [...schedulerWords(patient), patient.cite(pod, 'spec.preemptionPolicy'), ...patient.citeIfPresent(pod, 'spec.priorityClassName'), ...patient.citeIfPresent(pod, 'spec.priority'),
        ...victims.flatMap(({other}) => patient.citeIfPresent(other, 'spec.priority')), ...numbersOf(patient, cleared)],
      fixes: [...lowerRequests(patient, full, manifestWord(patient)),
        {action: `Name a priority class above ${Math.max(...victims.map(({other}) => other.spec?.priority ?? 0))} whose preemptionPolicy is PreemptLowerPriority in ${manifestWord(patient)}, if the pods may push others out`}],
      culprit: {...owner.ref, part: `preemptionPolicy of ${name ?? 'the pod'}`}, ...(placement.likely && {likely: true as const}),
    }
  },
})
