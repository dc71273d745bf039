import type {Pod, PodSpec} from '../kube/types.js'
import {segmentsOf, valueAt} from './cite.js'
import type {Edit} from './fix.js'
import {blockersOf, placesOf, type Blocker, type Place, type Shortage} from './node-filters.js'
import {nearToleration, troubleOf} from './taints.js'
import {isExtended, requestsOf} from './resources.js'
import {templateSpecOf} from './owner.js'
import type {Patient} from './patient.js'

/** A node, and all that makes it no place for the pod. */
export interface Candidate extends Place {
  blockers: Blocker[]
}

/** What has to change before the pod gets a node. */
export type Blame = 'node-affinity' | 'ports' | 'resources' | 'cordoned' | 'taint' | 'spread' | 'pod-affinity' | 'anti-affinity' | 'existing-anti-affinity'

export interface Placement {
  blame: Blame
  /** The nodes that the blame is about. */
  nodes: Candidate[]
  /** The nodes that the pod asks for: its node selector and affinity match, the pods that it wants to be near are there, and the devices that it wants. */
  asked: Candidate[]
  all: Candidate[]
  /** Set where the nodes are full by our count, and the scheduler's message does not say so: then this stands in the way next, or we count differently. */
  likely?: true
}

/** A message that speaks of no full node (noderesources/fit.go, all versions). It has one reason for each node: the first. */
const UNCONFIRMED = /^0\/\d+ nodes are available: (?!.*(?:Insufficient |Too many pods))/

/** The scheduler's reasons (ErrReason of the plugins, unchanged from 1.22 to 1.36). What it has not said of any node is not the cause, whatever we count. */
const REASONS: Partial<Record<Blame, RegExp>> = {
  ports: /\d node\(s\) didn't have free ports for the requested pod ports/,
  spread: /\d node\(s\) didn't match pod topology spread constraints/,
  'pod-affinity': /\d node\(s\) didn't match pod affinity rules/,
  'anti-affinity': /\d node\(s\) didn't match pod anti-affinity rules/,
  'existing-anti-affinity': /\d node\(s\) didn't satisfy existing pods anti-affinity rules/,
}

/** No node is chosen yet, and the pod is not over. */
const isPlaceless = ({pod: {spec, status, metadata}}: Patient): boolean =>
  !spec?.nodeName && metadata?.deletionTimestamp === undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed'

/** Somebody holds the pod back before any scheduler looks at it. */
export const isGated = (patient: Patient): boolean => isPlaceless(patient) && (patient.pod.spec?.schedulingGates?.length ?? 0) > 0

/** The pod waits for a scheduler to choose a node. */
export const isWaiting = (patient: Patient): boolean => isPlaceless(patient) && !isGated(patient)

const placements = new WeakMap<Patient, {placement: Placement | undefined}>()

/**
 * Why the scheduler finds no node, worked out node by node: its message counts only the first reason of each node, and names neither
 * taints nor labels. Undefined where it has not said that it finds none, where nodes or pods may not be listed, where room is
 * being made by preemption, and where some node is free of all that is looked at here: then it is something else (a volume, a device).
 */
export function placementOf(patient: Patient): Placement | undefined {
  const before = placements.get(patient)
  if (before) return before.placement
  const placement = work(patient)
  placements.set(patient, {placement})
  return placement
}

function work(patient: Patient): Placement | undefined {
  const {pod, cluster} = patient
  const condition = patient.condition('PodScheduled')
  if (!isWaiting(patient) || condition?.status !== 'False') return undefined
  const places = placesOf(cluster)
  if (!places) return undefined
  const all = places.map(place => ({...place, blockers: blockersOf(pod, place)}))
  if (makesRoom(pod, places)) return undefined
  const matching = all.filter(candidate => !blockerOf(candidate, 'NodeAffinity'))
  const near = matching.filter(candidate => !blockerOf(candidate, 'PodAffinity'))
  const allowed = near.length > 0 ? near : matching
  const devices = [...requestsOf(pod)].filter(([resource, amount]) => amount > 0n && isExtended(resource)).map(([resource]) => resource)
  const equipped = allowed.filter(({allocatable}) => devices.every(device => (allocatable.get(device) ?? 0n) > 0n))
  const asked = equipped.length > 0 ? equipped : allowed
  const found = allowed.length === 0 ? {blame: 'node-affinity' as const, nodes: all} : blameOf(pod, asked)
  if (!found || all.length === 0 || (condition.message && REASONS[found.blame]?.test(condition.message) === false)) return undefined
  return {...found, asked, all, ...(found.blame === 'resources' && UNCONFIRMED.test(condition.message) && {likely: true as const})}
}

/** The scheduler has chosen pods of lower priority to leave, and waits until they have. */
export const makesRoom = ({status}: Pod, places: Place[]): boolean => status?.nominatedNodeName !== undefined
  && (places.find(({name}) => name === status.nominatedNodeName)?.pods.some(({metadata}) => metadata?.deletionTimestamp !== undefined) ?? false)

/** What every message has since 1.34, and what preemption adds. The bare ` not found` is the end of a failed PostFilter: it is about no object. */
const NOISE = / ?no new claims to deallocate[,.]?| ?preemption: .*$|(?<=\.) not found$/gs

/** The scheduler's message as far as it is about this pod and the nodes. */
export const withoutNoise = (message: string): string => message.replaceAll(NOISE, '').trim()

/** Reasons of the scheduler (the plugins' ErrReason, 1.19 to 1.36) that are looked at here. */
const LOOKED_AT = /\d+ (?:node\(s\) (?:were unschedulable|had untolerated taint(?:\(s\)| \{[^}]*\})|didn't match Pod's node affinity(?:\/selector)?|didn't satisfy plugin\(s\) \[NodeAffinity\]|didn't have free ports for the requested pod ports|didn't match pod topology spread constraints(?: \(missing required label\))?|didn't match pod (?:anti-)?affinity rules|didn't satisfy existing pods anti-affinity rules)|Insufficient [^\s,]+|Too many pods)(?:, )?/g
const GONE = /persistentvolumeclaim "([^"]+)" not found/

/**
 * What the scheduler will find when it looks again: it has said why it found no node, and that is over. It looks whenever something changes
 * that might help, and after five minutes anyway. Undefined where its words may still hold.
 */
export function overSince(patient: Patient): string | undefined {
  const {pod, cluster} = patient
  const {message = ''} = patient.condition('PodScheduled') ?? {}
  const claim = GONE.exec(message)?.[1]
  if (claim !== undefined) return patient.find('PersistentVolumeClaim', claim) ? `PersistentVolumeClaim "${claim}", which was missing, is there by now` : undefined
  const [, reasons] = /^0\/\d+ nodes are available: (.*?)\.?$/s.exec(withoutNoise(message)) ?? []
  if (!reasons || reasons.replaceAll(LOOKED_AT, '') !== '') return undefined
  const willing = (placesOf(cluster) ?? []).filter(place => blockersOf(pod, place).length === 0)
  return willing.length === 0 ? undefined : `node "${willing[0]!.name}" would take ${pod.metadata?.ownerReferences ? 'them' : 'it'} by now`
}

/** What keeps the pod off the nodes that it asks for. */
function blameOf(pod: Pod, asked: Candidate[]): {blame: Blame, nodes: Candidate[]} | undefined {
  const open = asked.filter(candidate => !isBarred(candidate))
  if (open.some(({blockers}) => blockers.length === 0)) return undefined
  const roomy = asked.filter(candidate => isBarred(candidate) && obstaclesOf(candidate).length === 0)
  const meant = roomy.filter(candidate => !isCordoned(candidate) && taintsOf(candidate).every(taint => nearToleration(pod.spec?.tolerations, taint)))
  if (meant.length > 0) return {blame: 'taint', nodes: meant}
  if (open.length > 0 || roomy.length === 0) return obstructed(open.length > 0 ? open : asked)
  const cordoned = roomy.filter(candidate => isCordoned(candidate) && taintsOf(candidate).length === 0)
  if (cordoned.length > 0) return {blame: 'cordoned', nodes: cordoned}
  const tainted = roomy.filter(candidate => !isCordoned(candidate))
  const troubled = tainted.filter(candidate => taintsOf(candidate).every(troubleOf))
  return tainted.length === 0 ? {blame: 'cordoned', nodes: roomy} : {blame: 'taint', nodes: troubled.length > 0 ? troubled : tainted}
}

/** What is against the node besides a cordon or a taint. */
export const obstaclesOf = ({blockers}: Candidate): Blocker[] => blockers.filter(({filter}) => filter !== 'NodeUnschedulable' && filter !== 'TaintToleration')

/** In the order in which they are blamed where several nodes have one obstacle each: first what can be made room for. */
const BLAMES: [Blocker['filter'], Blame][] = [
  ['NodeResourcesFit', 'resources'], ['NodePorts', 'ports'], ['PodTopologySpread', 'spread'], ['PodAntiAffinity', 'anti-affinity'],
  ['ExistingAntiAffinity', 'existing-anti-affinity'], ['PodAffinity', 'pod-affinity'],
]

/** The nodes with the fewest obstacles decide, and of those each by its first. */
function obstructed(nodes: Candidate[]): {blame: Blame, nodes: Candidate[]} | undefined {
  const fewest = Math.min(...nodes.map(candidate => obstaclesOf(candidate).length))
  const first = new Set(nodes.filter(candidate => obstaclesOf(candidate).length === fewest).map(candidate => obstaclesOf(candidate)[0]?.filter))
  const [filter, blame] = BLAMES.find(([filter]) => first.has(filter)) ?? []
  return filter === undefined || blame === undefined ? undefined : {blame, nodes: nodes.filter(candidate => blockerOf(candidate, filter))}
}

export const blockerOf = <F extends Blocker['filter']>({blockers}: Candidate, filter: F): Extract<Blocker, {filter: F}> | undefined =>
  blockers.find((blocker): blocker is Extract<Blocker, {filter: F}> => blocker.filter === filter)

export const isCordoned = (candidate: Candidate): boolean => blockerOf(candidate, 'NodeUnschedulable') !== undefined
export const taintsOf = (candidate: Candidate) => blockerOf(candidate, 'TaintToleration')?.taints ?? []
export const shortagesOf = (candidate: Candidate): Shortage[] => blockerOf(candidate, 'NodeResourcesFit')?.short ?? []
export const freeOf = ({allocatable, used}: Candidate, resource: string): bigint => {
  const left = (allocatable.get(resource) ?? 0n) - (used.get(resource) ?? 0n)
  return left > 0n ? left : 0n
}
export const isBarred = (candidate: Candidate) => isCordoned(candidate) || taintsOf(candidate).length > 0

/** Nodes that would take the pod if its spec were changed so, as far as these filters go. */
export function fitting({pod, cluster}: Patient, edits: Edit[]): string[] {
  const spec = edited(pod.spec as PodSpec, edits)
  return (placesOf(cluster) ?? []).filter(place => blockersOf({...pod, spec}, place).length === 0).map(({name}) => name)
}

/** A pod's spec with the edits made. */
export function edited(spec: PodSpec, edits: Edit[]): PodSpec {
  const copy = structuredClone(spec)
  for (const edit of edits) {
    const segments = segmentsOf(edit.path)
    const last = segments.pop() ?? ''
    const holder = segments.reduce<Record<string, unknown>>((value, segment) => {
      const item = Array.isArray(value) ? (value as {name?: string}[]).find(({name}) => name === segment) ?? (value as unknown[])[Number(segment)] : value[segment] ??= {}
      return (item ?? {}) as Record<string, unknown>
    }, copy as unknown as Record<string, unknown>)
    if ('remove' in edit) delete holder[last]
    else if ('append' in edit) holder[last] = [...holder[last] as unknown[] | undefined ?? [], edit.append]
    else holder[last] = edit.to
  }
  return copy
}

/** Whether the owner's template says the same there as the pod: what admission has added to the pod cannot be changed in the template. */
export function isTemplated({owner, pod}: Patient, path: string): boolean {
  const template = templateSpecOf(owner)
  return template === undefined || JSON.stringify(valueAt(template, path)) === JSON.stringify(valueAt(pod.spec, path))
}
