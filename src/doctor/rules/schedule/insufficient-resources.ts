import {defaultRequest} from '../../default-request.js'
import {wordOf} from '../../fix.js'
import {barredWords, byLack, consumersOf, fullnessWords, numbersOf} from '../../full-nodes.js'
import {lowerRequests, withoutSurge} from '../../lower-requests.js'
import {listed} from '../../report/layout.js'
import {meantResource} from '../../resource-name.js'
import {readable, resourceWord, written} from '../../resources.js'
import {rollBack} from '../../revisions.js'
import {defineRule} from '../../rule.js'
import {freeOf, placementOf, shortagesOf, type Candidate} from '../../scheduling.js'
import {manifestWord, schedulerWords} from '../../scheduling-words.js'
import type {Fix, Ref} from '../../types.js'

export default defineRule({
  id: 'insufficient-resources',
  phase: 'schedule',
  severity: 'error',
  heals: 'by itself',
  refines: 'unschedulable',
  title: 'No node has as much free as the pod asks for',
  explain: `The scheduler reserves what the containers request, whether they use it or not: the sum over the containers and sidecars, or what the hungriest init
container needs. A node is full when its allocatable amount less all reservations is smaller than the request, even while it idles. Where only a
limit is given, it is the request, too. Devices (such as nvidia.com/gpu) exist only where a device plugin reports them.`,

  * check(patient) {
    const placement = placementOf(patient)
    if (placement?.blame !== 'resources') return
    const full = byLack(placement.nodes)
    const [closest] = full
    const [first] = shortagesOf(closest!)
    const meant = full.every(({allocatable}) => !allocatable.get(first!.resource)) ? meantResource(patient, placement, first!.resource) : undefined
    const filled = defaultRequest(patient, first!.resource)
    yield {
      summary: `${fullnessWords(patient, placement, full)}${meant ? `; there is ${meant.name}` : barredWords(placement)}${filled?.words ?? ''}.`,
      evidence: [...schedulerWords(patient), ...numbersOf(patient, closest!), ...filled?.evidence ?? []],
      fixes: [
        ...withoutSurge(patient, full),
        ...(meant ? [{action: `Ask for ${meant.name} in ${manifestWord(patient)}`, ...meant.change}] : lowerRequests(patient, full, manifestWord(patient))),
        ...filled?.fixes ?? [], ...rollBack(patient, ''), ...(meant || filled ? [] : [makeRoom(closest!, patient.owner.ref)]),
      ],
      culprit: {...patient.owner.ref, part: listed(shortagesOf(closest!).map(({resource}) => resource))},
      ...(placement.likely && {likely: true as const}),
    }
  },
})

/** What would have to go from the node that lacks the least, or which node would have to come. */
function makeRoom(closest: Candidate, owner: Ref): Fix {
  const short = shortagesOf(closest)
  const [{resource, wanted, capacity}] = short as [typeof short[number]]
  if (resource === 'pods') return {action: `Move a pod away from node "${closest.name}", raise maxPods of its kubelet, or add a node`}
  const size = listed(short.map(({resource, wanted}) => `${written(resource, wanted)} ${resourceWord(resource)}`))
  const holders = consumersOf(closest, resource).map(({pod, held}) => `${wordOf({kind: 'Pod', name: pod.metadata?.name ?? ''})} of namespace ${pod.metadata?.namespace ?? 'default'} (${held})`)
  // A pod of a DaemonSet is for that node and no other.
  if (owner.kind === 'DaemonSet' && wanted > capacity) return {action: `Leave node "${closest.name}" out of ${wordOf(owner)} by a node affinity, or replace it by one with ${size}`}
  if (wanted > capacity || holders.length === 0) return {action: `Add a node with ${size}`}
  return {action: `Free ${readable(resource, wanted - freeOf(closest, resource))} ${resourceWord(resource)} on node "${closest.name}", most of which ${listed(holders)} ${holders.length === 1 ? 'holds' : 'hold'}, or add a node with ${size}`}
}
