import type {Pod} from '../kube/types.js'
import {blockedWords} from './blocked-words.js'
import {wordOf} from './fix.js'
import type {Shortage} from './node-filters.js'
import type {Patient} from './patient.js'
import {listed} from './report/layout.js'
import {readable, requestsOf, resourceWord, written} from './resources.js'
import {blockerOf, freeOf, isBarred, shortagesOf, type Candidate, type Placement} from './scheduling.js'
import {groupWord, namesOf, sentence, theirWord, verb} from './scheduling-words.js'
import type {Evidence} from './types.js'

/** Full nodes, those that lack the least first; those that are too small even when they are empty come after those that could be cleared. */
export const byLack = (nodes: Candidate[]): Candidate[] =>
  nodes.toSorted((a, b) => shortagesOf(a).length - shortagesOf(b).length || Number(isTooSmall(a)) - Number(isTooSmall(b)) || lack(a) - lack(b))

const isTooSmall = (candidate: Candidate): boolean => shortagesOf(candidate).some(({wanted, capacity}) => wanted > capacity)

/** The largest part of what is wanted that is not there. */
const lack = (candidate: Candidate): number => Math.max(0, ...shortagesOf(candidate).map(({resource, wanted}) => 1 - Number(freeOf(candidate, resource)) / Number(wanted)))

const amount = ({resource, wanted}: Pick<Shortage, 'resource' | 'wanted'>) => `${readable(resource, wanted)} ${resourceWord(resource)}`
const capacityOf = ({allocatable}: Candidate, resource: string) => allocatable.get(resource) ?? 0n
const most = (nodes: Candidate[], by: (candidate: Candidate) => bigint): Candidate => nodes.reduce((best, candidate) => by(candidate) > by(best) ? candidate : best)

/** Which resource is missing, how much is wanted and how much there is: a sentence without its end. The nodes are sorted by {@link byLack}. */
export function fullnessWords(patient: Patient, placement: Placement, full: Candidate[]): string {
  const them = theirWord(patient)
  const they = verb(patient, 'they', 'it')
  const common = shortagesOf(full[0]!).filter(({resource}) => full.every(candidate => shortagesOf(candidate).some(other => other.resource === resource)))
  const [first] = common
  if (!first) {
    const each = full.slice(0, 4).map(candidate => `"${candidate.name}" lacks ${listed(shortagesOf(candidate).map(({resource}) => resourceWord(resource)))}`)
    return `No node has room for ${them}: ${listed(each)}`
  }
  const {resource, wanted} = first
  const largest = most(full, candidate => capacityOf(candidate, resource))
  if (resource === 'pods') return `${groupWord(patient, placement, full)} may hold ${readable('pods', first.capacity)} pods${full.length > 1 ? ` ("${full[0]!.name}") and the like` : ''}, and ${full.length > 1 ? 'are' : 'is'} full`
  if (capacityOf(largest, resource) === 0n) {
    const owners = placement.all.filter(candidate => capacityOf(candidate, resource) > 0n)
    return `No node${owners.length > 0 ? ` that ${they} may use` : ''} has ${resource}, but ${them} ${verb(patient, 'want')} ${readable(resource, wanted)}${
      owners.length > 0 ? `; ${namesOf(owners)} ${owners.length === 1 ? 'has' : 'have'} it` : ''}`
  }
  if (wanted > capacityOf(largest, resource)) {
    if (patient.owner.ref.kind === 'DaemonSet' && full.length === 1) {
      return `Node "${largest.name}" is too small for its pod of ${wordOf(patient.owner.ref)}, which asks for ${amount(first)}: it has ${readable(resource, capacityOf(largest, resource))}`
    }
    return `${sentence(them)} ${verb(patient, 'ask')} for ${amount(first)}, more than any node${full.length < placement.all.length ? ` that ${they} may use` : ''} has: the largest is "${
      largest.name}" with ${readable(resource, capacityOf(largest, resource))}`
  }
  const emptiest = most(full, candidate => freeOf(candidate, resource))
  const together = full.reduce((sum, candidate) => sum + freeOf(candidate, resource), 0n)
  return `No node has ${listed(common.map(amount))} free for ${them}: ${freeOf(emptiest, resource) === 0n ? `nothing is left${full.length === 1 ? ` on "${emptiest.name}"` : ''}` : `the most is ${amount({resource, wanted: freeOf(emptiest, resource)})} on "${emptiest.name}"`}${
    common.length === 1 && together >= wanted && full.length > 1 ? `, and ${readable(resource, together)} on ${full.length} nodes together` : ''}`
}

/** Nodes that have room and take the pod no more than the full ones, and why; or else what is against the full nodes besides. The end of a sentence. */
export function barredWords(placement: Placement): string {
  const {asked, nodes} = placement
  const barred = asked.filter(candidate => !nodes.includes(candidate) && !blockerOf(candidate, 'NodeResourcesFit'))
  const besides = nodes.filter(isBarred)
  return barred.length > 0 ? `; ${barred.length === 1 ? 'one more has' : `${barred.length} more have`} room, but ${blockedWords(barred)}`
    : besides.length > 0 ? `; besides, ${blockedWords(besides, ['NodeUnschedulable', 'TaintToleration'])}` : ''
}

/** A resource as the end of a path. */
const key = (resource: string) => /^\w+$/.test(resource) ? `.${resource}` : `["${resource}"]`

/** Where the pod asks for the resource. */
function requestPaths({spec}: Pod, resource: string): string[] {
  if (spec?.resources?.requests?.[resource] !== undefined) return [`spec.resources.requests${key(resource)}`]
  return (['containers', 'initContainers'] as const).flatMap(list => (spec?.[list] ?? [])
    .flatMap(({resources}, i) => resources?.requests?.[resource] === undefined ? [] : [`spec.${list}[${i}].resources.requests${key(resource)}`]))
}

/** Who holds most of the resource on the node: three pods at most. */
export function consumersOf({pods}: Candidate, resource: string): {pod: Pod, held: string}[] {
  const held = pods.map(pod => ({pod, amount: requestsOf(pod).get(resource) ?? 0n})).filter(({amount}) => amount > 0n)
  return held.toSorted((a, b) => Number(b.amount - a.amount)).slice(0, 3).map(({pod, amount}) => ({pod, held: written(resource, amount)}))
}

/** The numbers behind the sentence: what is asked for, what the node has, and who holds it. */
export const numbersOf = (patient: Patient, closest: Candidate): Evidence[] => shortagesOf(closest).flatMap(({resource}) => [
  ...requestPaths(patient.pod, resource).map(path => patient.cite(patient.pod, path)),
  ...patient.citeIfPresent(closest.node, `status.allocatable${key(resource)}`),
  ...consumersOf(closest, resource).flatMap(({pod}) => requestPaths(pod, resource).slice(0, 1).map(path => patient.cite(pod, path))),
])
