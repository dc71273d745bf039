import type {Kind, KubeObject, Pod} from '../kube/types.js'
import {keyOfRef, refOf} from './cite.js'
import type {Cluster} from './cluster.js'
import {evictedAgain, siblingsOf} from './eviction.js'
import {currentJob, podsUnder} from './members.js'
import {isCustom} from './kind.js'
import {nearest} from './near-miss.js'
import {backendsOf, isObjectKind, stateOfObject} from './object-state.js'
import {parseSelector} from './parse-selector.js'
import {stateOfPod} from './triage.js'
import {EVERYWHERE, type Missing, type Ref, type Snapshot, type State, type Target} from './types.js'
import {stateOfWorkload} from './workload-state.js'
import {WORKLOAD_KINDS} from './workload.js'

interface Judged {object: KubeObject, state: State}

/** Whom the targets lead to: the sick are examined, the sound are counted. */
export interface Resolved {
  sickPods: Pod[]
  sickWorkloads: KubeObject[]
  /** Services, nodes, claims and other objects that were named. */
  objects: KubeObject[]
  /** Services, autoscalers and unbound claims of a namespace that was asked about as a whole: what is wrong with them is worth a warning. */
  bystanders: KubeObject[]
  /** Sound pods that were named, or whose workload was: their past is told, and what they complain of. */
  wellPods: Pod[]
  /** The other sound pods. */
  otherPods: Pod[]
  /** Sound workloads that were named, or in whose namespace there is no pod at all. */
  wellWorkloads: KubeObject[]
  /** Of the named targets, and of everything sick that was found in them. */
  states: State[]
  looked: {pods: number, sound: number}
  missing: Missing[]
}

/** Finds the pods and workloads behind the targets and separates the sound from the sick. What was not read yet becomes an ask. */
export function resolve(cluster: Cluster, {targets, container}: Pick<Snapshot, 'targets' | 'container'>): Resolved {
  const found = {pods: new Map<string, Pod>(), workloads: new Map<string, KubeObject>(), objects: new Map<string, KubeObject>()}
  const close = new Set<string>()
  const behind = new Map<string, Ref[]>()
  const named = new Set<string>()
  const missing: Missing[] = []
  const unknown: State[] = []
  const bystanders: KubeObject[] = []
  const add = (object: KubeObject) => (object.kind === 'Pod' ? found.pods : isObjectKind(object.kind) ? found.objects : found.workloads).set(keyOfRef(refOf(object)), object as Pod)

  for (const target of targets) {
    const lost = () => missing.push(missingFrom(cluster, target))
    const blind = (facts: string[]) => unknown.push({object: target, condition: 'unknown', facts, status: 'Unknown'})
    if (target.kind === 'Namespace') {
      const held = membersOf(cluster, target.name === EVERYWHERE ? undefined : target.name)
      held.objects.forEach(add)
      const namespace = target.name === EVERYWHERE ? undefined : target.name
      for (const kind of ['Service', 'HorizontalPodAutoscaler'] as const) bystanders.push(...cluster.list(kind, {namespace}) ?? [])
      bystanders.push(...(cluster.list('PersistentVolumeClaim', {namespace}) ?? []).filter(claim => stateOfObject(cluster, claim).condition === 'sick'))
      const home = held.complete && target.name !== EVERYWHERE && held.objects.every(({metadata}) => metadata?.deletionTimestamp !== undefined) ? cluster.find('Namespace', target.name) : undefined
      if (home?.metadata?.deletionTimestamp !== undefined) add(home)
      if (!held.complete) blind(held.unread.map(kind => `${kind} could not be listed`))
      else if (held.objects.length === 0 && home === null) lost()
      continue
    }
    if (target.selector !== undefined) {
      const list = selected(cluster, target)
      if (list === undefined) blind([`${target.kind} could not be listed`])
      else if (list.length === 0) missing.push({target, nearest: [], elsewhere: []})
      for (const object of list ?? []) {
        add(object)
        if (object.kind !== 'Pod') podsUnder(cluster, object).forEach(add)
      }
      continue
    }
    const object = cluster.findAny(target.kind, target.apiVersion, target.name, target.namespace)
    named.add(keyOfRef(target))
    if (target.kind === 'Pod') cluster.events(target)
    if (object === null) lost()
    else if (object === undefined) blind([])
    else {
      add(object)
      if (object.kind === 'Ingress') for (const {name} of backendsOf(object)) add(cluster.find('Service', name, target.namespace) ?? object)
      const pods = target.kind === 'Pod' ? [object as Pod] : podsUnder(cluster, object)
      pods.forEach(add)
      if (isObjectKind(object.kind) || isCustom(target.kind)) behind.set(keyOfRef(target), pods.map(refOf))
      for (const pod of pods) close.add(keyOfRef(refOf(pod)))
    }
  }

  const stateOf = (object: KubeObject): State => {
    const own = isObjectKind(object.kind) ? stateOfObject(cluster, object) : object.kind === 'CronJob' ? stateOfCronJob(cluster, object) : stateOfWorkload(object)
    const pods = behind.get(keyOfRef(own.object))
    return pods ? {...own, pods} : own
  }
  const [workloads, objects] = [found.workloads, found.objects].map(all => [...all.values()].map(object => ({object, state: stateOf(object)}))) as [Judged[], Judged[]]
  const soundUids = new Set(workloads.filter(({state}) => state.condition === 'sound').map(({object}) => object.metadata?.uid))
  const pods = [...found.pods.values()].filter(pod => container === undefined || hasContainer(pod, container)).filter(pod => named.has(keyOfRef(refOf(pod))) || !isCorpse(cluster, pod, soundUids))
    .map(pod => ({object: pod, state: stateOfPod(pod, cluster.now, container)}))
  const kept = ({object, state}: {object: KubeObject, state: State}) => state.condition !== 'sound' || named.has(keyOfRef(refOf(object)))
  return {
    sickPods: pods.filter(({state}) => state.condition === 'sick').map(({object}) => object),
    sickWorkloads: workloads.filter(({state}) => state.condition === 'sick').map(({object}) => object),
    objects: objects.map(({object}) => object),
    bystanders,
    wellPods: pods.filter(({object, state}) => state.condition === 'sound' && close.has(keyOfRef(refOf(object)))).map(({object}) => object),
    otherPods: pods.filter(({object, state}) => state.condition === 'sound' && !close.has(keyOfRef(refOf(object)))).map(({object}) => object),
    wellWorkloads: workloads.filter(({object, state}) => state.condition === 'sound' && (pods.length === 0 || named.has(keyOfRef(refOf(object))))).map(({object}) => object),
    states: [...unknown, ...[...objects, ...workloads.filter(kept), ...pods.filter(kept)].map(({state}) => state)],
    looked: {pods: pods.length, sound: pods.filter(({state}) => state.condition === 'sound').length},
    missing,
  }
}

/** The objects that a selector names; `undefined`: nobody could look. */
function selected(cluster: Cluster, {kind, namespace, selector = ''}: Target): KubeObject[] | undefined {
  if (kind === 'Pod') cluster.primeEvents(namespace)
  return cluster.list(kind as Kind, {namespace, selector: parseSelector(selector)}) as KubeObject[] | undefined
}

const hasContainer = ({spec}: Pod, container: string) => [...spec?.containers ?? [], ...spec?.initContainers ?? []].some(({name}) => name === container)

/** Pods and topmost workloads of a namespace, or of all. A list that was refused leaves the answer incomplete. */
function membersOf(cluster: Cluster, namespace: string | undefined): {objects: KubeObject[], complete: boolean, unread: string[]} {
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

/** A CronJob is as its newest run is. */
function stateOfCronJob(cluster: Cluster, object: KubeObject): State {
  const own = stateOfWorkload(object)
  const job = currentJob(cluster, object)
  const run = job && stateOfWorkload(job)
  if (run?.condition !== 'sick') return own
  return {...own, condition: 'sick', status: `job ${run.object.name} ${run.status}`, facts: run.facts.map(fact => `job "${run.object.name}": ${fact}`)}
}

/**
 * A pod that has failed and been replaced: an evicted pod whose Deployment is complete again, a try of a Job that has succeeded since. Not the last of
 * several that were evicted for their own limit, one after the other: its successor is the same and has proved nothing yet.
 */
function isCorpse(cluster: Cluster, pod: Pod, soundUids: Set<string | undefined>): boolean {
  if (pod.status?.phase !== 'Failed') return false
  const controller = pod.metadata?.ownerReferences?.find(({controller}) => controller)
  if (!controller) return false
  if (evictedAgain(pod, siblingsOf(cluster, pod), cluster.now)) return false
  const set = cluster.held(controller.kind, pod.metadata?.namespace).find(({metadata}) => metadata?.uid === controller.uid)
  return [controller.uid, ...(set?.metadata?.ownerReferences ?? []).map(({uid}) => uid)].some(uid => soundUids.has(uid))
    || (set !== undefined && stateOfWorkload(set).condition === 'sound')
}

function missingFrom(cluster: Cluster, target: Target): Missing {
  const {kind, name, namespace} = target
  if (isCustom(kind)) return {target, nearest: [], elsewhere: []}
  const here = (kind === 'Namespace' ? cluster.list('Namespace', {metadataOnly: true})
    : cluster.list(kind as Kind, {namespace, metadataOnly: true})) as KubeObject[] | undefined
  const everywhere = kind === 'Namespace' ? [] : cluster.list(kind as Kind, {fieldSelector: `metadata.name=${name}`, metadataOnly: true}) as KubeObject[] | undefined
  return {
    target,
    nearest: nearest(name, (here ?? []).map(({metadata}) => metadata?.name ?? '')).slice(0, 3),
    elsewhere: (everywhere ?? []).map(({metadata}) => metadata?.namespace ?? '').filter(other => other !== '' && other !== namespace).toSorted(),
  }
}
