import type {Container, Deployment, Pod, PodSpec} from '../kube/types.js'
import {editTemplate, changing, wordOf, type Change, type Edit} from './fix.js'
import {ACTIVE_PODS, type Shortage} from './node-filters.js'
import {templateSpecOf} from './owner.js'
import type {Patient} from './patient.js'
import {listed} from './report/layout.js'
import {matches} from './selector.js'
import {amountsOf, isExtended, requestsOf, resourceWord, rounded, written} from './resources.js'
import {edited, fitting, freeOf, shortagesOf, type Candidate} from './scheduling.js'
import type {Fix} from './types.js'

/** A smaller request of one container (or, without one, of the pod as a whole). */
interface Step {
  resource: string
  container?: string
  before: bigint
  after: bigint
  edits: Edit[]
}

/**
 * Smaller requests with which all waiting pods of the same owner fit where the least is missing. Nothing where less than a quarter of what a container
 * asks for would be left: that is no longer the same program. What cannot be commanded (a bare pod, a Job) is said.
 */
export function lowerRequests(patient: Patient, full: Candidate[], manifest: string): Fix[] {
  const {owner, pod} = patient
  const [closest] = full
  const short = shortagesOf(closest!)
  const alike = full.filter(candidate => shortagesOf(candidate).map(({resource}) => resource).join() === short.map(({resource}) => resource).join())
  const goals = short.map(shortage => ({shortage, goal: goalOf(shortage, alike, waitingLike(patient))}))
  const steps = goals.flatMap(({shortage, goal}) => stepFor(pod.spec as PodSpec, shortage, goal) ?? [])
  const edits = steps.flatMap(({edits}) => edits)
  if (short.length === 0 || steps.length < short.length) return []
  const nodes = fitting(patient, edits)
  if (nodes.length === 0) return []
  const template = templateSpecOf(owner)
  const known = steps.every(({container}) => container === undefined || template === undefined || containersOf(template).some(({name}) => name === container))
  const words = steps.map(({resource, container, before, after}) =>
    `${written(resource, after)} ${resourceWord(resource)} instead of ${written(resource, before)}${container === undefined ? '' : ` for container "${container}"`}`)
  return [{action: `Ask for ${listed(words)} in ${manifest}: so much is free on ${listed(nodes.slice(0, 3))}`, ...(known && commandsFor(patient, steps))}]
}

/**
 * A rolling update brings new pods before old ones go. Where an old pod on the node holds what is missing, the update waits for itself
 * for ever: this lets the old pod go first.
 */
export function withoutSurge({owner, pod, namespace}: Patient, full: Candidate[]): Fix[] {
  const {spec} = (owner.object ?? {}) as Partial<Deployment>
  const controllerOf = ({metadata}: Pick<Pod, 'metadata'>) => metadata?.ownerReferences?.find(({controller}) => controller)?.uid
  const isOld = (other: Pod) => other.metadata?.namespace === namespace && other.metadata.deletionTimestamp === undefined && controllerOf(other) !== controllerOf(pod) && matches(spec?.selector ?? {}, other.metadata.labels)
  const place = owner.ref.kind !== 'Deployment' || !spec?.selector || spec.strategy?.type === 'Recreate' ? undefined : full.find(candidate => candidate.pods.filter(isOld)
    .some(old => shortagesOf(candidate).every(({resource, wanted}) => freeOf(candidate, resource) + (resource === 'pods' ? wanted : requestsOf(old).get(resource) ?? 0n) >= wanted)))
  return !place ? [] : [{
    action: `Let an old pod of ${wordOf(owner.ref)} on node "${place.name}" go before its successor comes, instead of after`,
    commands: [['kubectl', 'patch', wordOf(owner.ref), '-p', '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}']], effect: 'changes-spec',
  }]
}

/** How many pods of the same controller wait for a node. */
function waitingLike({cluster, pod}: Patient): bigint {
  const uid = pod.metadata?.ownerReferences?.find(({controller}) => controller)?.uid
  const alike = (cluster.list('Pod', {fieldSelector: ACTIVE_PODS}) ?? []).filter(({spec, metadata}) => !spec?.nodeName && metadata?.ownerReferences?.some(owner => owner.uid === uid))
  return BigInt(Math.max(1, uid === undefined ? 1 : alike.length))
}

/** The largest request with which so many pods fit on the nodes together. */
function goalOf({resource}: Shortage, nodes: Candidate[], pods: bigint): bigint {
  const free = nodes.map(node => freeOf(node, resource))
  const shares = free.flatMap(amount => Array.from({length: Math.min(Number(pods), 50)}, (_, k) => amount / BigInt(k + 1))).filter(share => share > 0n)
  return shares.toSorted((a, b) => a < b ? 1 : -1).find(share => free.reduce((sum, amount) => sum + amount / share, 0n) >= pods) ?? 0n
}

const containersOf = ({containers = [], initContainers = []}: PodSpec): Container[] => [...containers, ...initContainers].filter(({name}) => name)

/** The container with the largest request gives, as long as that is enough: an init container may be what needs most. */
function stepFor(spec: PodSpec | undefined, {resource, wanted}: Shortage, goal: bigint): Step | undefined {
  if (!spec) return undefined
  const ofPod = amountsOf(spec.resources?.requests).get(resource)
  const own = ofPod === undefined ? containersOf(spec).map(({name, resources}) => ({container: name, before: amountsOf(resources?.requests).get(resource) ?? 0n}))
    : [{before: ofPod, container: undefined}]
  for (const {container, before} of own.toSorted((a, b) => a.before > b.before ? -1 : 1)) {
    const after = rounded(resource, before - (wanted - goal))
    if (goal <= 0n || after <= 0n || after * 4n < before) continue
    const list = spec.initContainers?.some(({name}) => name === container) ? 'initContainers' : 'containers'
    const fields = isExtended(resource) ? ['requests', 'limits'] : ['requests']
    const edits = fields.map(field => ({path: `${container === undefined ? '' : `${list}[${container}].`}resources.${field}["${resource}"]`, to: written(resource, after)}))
    if ((requestsOf({spec: edited(spec, edits)}).get(resource) ?? 0n) <= goal) return {resource, before, after, edits, ...(container !== undefined && {container})}
  }
  return undefined
}

/** `kubectl set resources` for containers. Devices and huge pages have to be asked for exactly up to their limit. */
function commandsFor(patient: Patient, steps: Step[]): Change | undefined {
  const {owner} = patient
  if (owner.templatePointer === undefined) return undefined
  if (steps.some(({container}) => container === undefined)) return editTemplate(patient, steps.flatMap(({edits}) => edits))
  return changing(owner, [...new Set(steps.map(({container}) => container!))].map(container => {
    const own = steps.filter(step => step.container === container)
    const list = (steps: Step[]) => steps.map(({resource, after}) => `${resource}=${written(resource, after)}`).join(',')
    const bound = own.filter(({resource}) => isExtended(resource))
    return ['kubectl', 'set', 'resources', wordOf(owner.ref), '-c', container, ...(bound.length > 0 ? [`--limits=${list(bound)}`] : []), `--requests=${list(own)}`]
  }))
}
