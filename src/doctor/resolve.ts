import type {Job, Kind, KubeObject, Pod, ReplicaSet} from '../kube/types.js'
import {keyOfRef, refOf} from './cite.js'
import type {Cluster} from './cluster.js'
import {nearest} from './near-miss.js'
import {stateOfPod} from './triage.js'
import type {Missing, Ref, State} from './types.js'
import {stateOfWorkload} from './workload-state.js'
import {newestOf, WORKLOAD_KINDS} from './workload.js'

/** Whom the targets lead to: the sick are examined, the sound are counted. */
export interface Resolved {
  sickPods: Pod[]
  sickWorkloads: KubeObject[]
  /** Named pods that are sound and have a past: of these only the history is told. */
  recovered: Pod[]
  /** Of the named targets, and of everything sick that was found in them. */
  states: State[]
  looked: {pods: number, sound: number}
  missing: Missing[]
}

/** Finds the pods and workloads behind the targets and separates the sound from the sick. What was not read yet becomes an ask. */
export function resolve(cluster: Cluster, targets: Ref[]): Resolved {
  const found = {pods: new Map<string, Pod>(), workloads: new Map<string, KubeObject>()}
  const named = new Set<string>()
  const missing: Missing[] = []
  const unknown: State[] = []
  const add = (object: KubeObject) => (object.kind === 'Pod' ? found.pods : found.workloads).set(keyOfRef(refOf(object)), object as Pod)

  for (const target of targets) {
    const lost = () => missing.push(missingFrom(cluster, target))
    const blind = (facts: string[]) => unknown.push({object: target, condition: 'unknown', facts, status: 'Unknown'})
    if (target.kind === 'Namespace') {
      const held = membersOf(cluster, target.name)
      held.objects.forEach(add)
      if (!held.complete) blind(held.unread.map(kind => `${kind} could not be listed`))
      else if (held.objects.length === 0 && cluster.find('Namespace', target.name) === null) lost()
      continue
    }
    const object = cluster.find(target.kind as Kind, target.name, target.namespace)
    named.add(keyOfRef(target))
    if (target.kind === 'Pod') cluster.events(target)
    if (object === null) lost()
    else if (object === undefined) blind([])
    else {
      add(object)
      if (target.kind !== 'Pod') podsUnder(cluster, object).forEach(add)
    }
  }

  const workloads = [...found.workloads.values()].map(object => ({object, state: object.kind === 'CronJob' ? stateOfCronJob(cluster, object) : stateOfWorkload(object)}))
  const soundUids = new Set(workloads.filter(({state}) => state.condition === 'sound').map(({object}) => object.metadata?.uid))
  const pods = [...found.pods.values()].filter(pod => named.has(keyOfRef(refOf(pod))) || !isCorpse(cluster, pod, soundUids))
    .map(pod => ({object: pod, state: stateOfPod(pod, cluster.now)}))
  const kept = ({object, state}: {object: KubeObject, state: State}) => state.condition !== 'sound' || named.has(keyOfRef(refOf(object)))
  return {
    sickPods: pods.filter(({state}) => state.condition === 'sick').map(({object}) => object),
    sickWorkloads: workloads.filter(({state}) => state.condition === 'sick').map(({object}) => object),
    recovered: pods.filter(({object, state}) => state.condition === 'sound' && named.has(keyOfRef(refOf(object)))
      && [...object.status?.containerStatuses ?? [], ...object.status?.initContainerStatuses ?? []].some(({lastState}) => lastState?.terminated)).map(({object}) => object),
    states: [...unknown, ...[...workloads.filter(kept), ...pods.filter(kept)].map(({state}) => state)],
    looked: {pods: pods.length, sound: pods.filter(({state}) => state.condition === 'sound').length},
    missing,
  }
}

/** Pods and topmost workloads of a namespace. A list that was refused leaves the answer incomplete. */
function membersOf(cluster: Cluster, namespace: string): {objects: KubeObject[], complete: boolean, unread: string[]} {
  cluster.primeEvents(namespace)
  const lists = (['Pod', ...WORKLOAD_KINDS] as const).map(kind => ({kind, list: cluster.list(kind, {namespace})}))
  return {
    // What a file happens to hold is examined, too, though nobody knows whether it is all.
    objects: lists.flatMap(({kind, list}) => (list ?? cluster.held(kind, namespace)) as KubeObject[])
      .filter(object => object.kind === 'Pod' || !object.metadata?.ownerReferences?.some(({controller}) => controller)),
    complete: lists.every(({list}) => list !== undefined),
    unread: lists.filter(({list}) => list === undefined).map(({kind}) => kind),
  }
}

/** The pods that a workload stands for now: of a Deployment those of its newest ReplicaSet, and older ones only while they are needed. */
function podsUnder(cluster: Cluster, object: KubeObject): Pod[] {
  const namespace = object.metadata?.namespace ?? 'default'
  const {spec} = object as {spec?: {selector?: {matchLabels?: Record<string, string>}}}
  cluster.primeEvents(namespace)
  switch (object.kind) {
    case 'Deployment': {
      const selector = spec?.selector
      const sets = cluster.list('ReplicaSet', {namespace, selector})?.filter(set => isOwnedBy(set, object)) ?? cluster.ownedBy('ReplicaSet', object.metadata?.uid)
      const pods = cluster.list('Pod', {namespace, selector}) ?? cluster.held('Pod', namespace) as Pod[]
      return pods.filter(pod => sets.some((set: ReplicaSet) => isOwnedBy(pod, set)))
    }
    case 'CronJob': {
      const job = currentJob(cluster, object)
      return job ? podsUnder(cluster, job) : []
    }
    default: {
      const pods = cluster.list('Pod', {namespace, selector: spec?.selector}) ?? cluster.held('Pod', namespace) as Pod[]
      return pods.filter(pod => isOwnedBy(pod, object))
    }
  }
}

/** The newest run of a CronJob: older ones are history. */
const currentJob = (cluster: Cluster, object: KubeObject): Job | undefined =>
  newestOf((cluster.list('Job', {namespace: object.metadata?.namespace}) ?? cluster.ownedBy('Job', object.metadata?.uid)).filter(job => isOwnedBy(job, object)))

/** A CronJob is as its newest run is. */
function stateOfCronJob(cluster: Cluster, object: KubeObject): State {
  const own = stateOfWorkload(object)
  const job = currentJob(cluster, object)
  const run = job && stateOfWorkload(job)
  if (run?.condition !== 'sick') return own
  return {...own, condition: 'sick', status: `job ${run.object.name} ${run.status}`, facts: run.facts.map(fact => `job "${run.object.name}": ${fact}`)}
}

const isOwnedBy = (object: KubeObject, owner: KubeObject) => object.metadata?.ownerReferences?.some(({uid}) => uid === owner.metadata?.uid) ?? false

/** A pod that has failed and been replaced: an evicted pod whose Deployment is complete again, a try of a Job that has succeeded since. */
function isCorpse(cluster: Cluster, pod: Pod, soundUids: Set<string | undefined>): boolean {
  if (pod.status?.phase !== 'Failed') return false
  const controller = pod.metadata?.ownerReferences?.find(({controller}) => controller)
  if (!controller) return false
  const set = cluster.held(controller.kind, pod.metadata?.namespace).find(({metadata}) => metadata?.uid === controller.uid)
  return [controller.uid, ...(set?.metadata?.ownerReferences ?? []).map(({uid}) => uid)].some(uid => soundUids.has(uid))
    || (set !== undefined && stateOfWorkload(set).condition === 'sound')
}

function missingFrom(cluster: Cluster, target: Ref): Missing {
  const {kind, name, namespace} = target
  const here = (kind === 'Namespace' ? cluster.list('Namespace', {metadataOnly: true})
    : cluster.list(kind as Kind, {namespace, metadataOnly: true})) as KubeObject[] | undefined
  const everywhere = kind === 'Namespace' ? [] : cluster.list(kind as Kind, {fieldSelector: `metadata.name=${name}`, metadataOnly: true}) as KubeObject[] | undefined
  return {
    target,
    nearest: nearest(name, (here ?? []).map(({metadata}) => metadata?.name ?? '')).slice(0, 3),
    elsewhere: (everywhere ?? []).map(({metadata}) => metadata?.namespace ?? '').filter(other => other !== '' && other !== namespace).toSorted(),
  }
}
