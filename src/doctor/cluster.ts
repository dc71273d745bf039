import type {Event, Kind, Kinds, KubeObject, Pod} from '../kube/types.js'
import {keyOf} from './ask.js'
import {isCustom, kindKey, type CustomKind} from './kind.js'
import {byText} from './order.js'
import {formatSelector, matches, type LabelSelector} from './selector.js'
import type {Ask, Log, LogRef, Read, Ref, Snapshot} from './types.js'

/** Kinds whose objects belong to the cluster, not to a namespace. */
const CLUSTER_SCOPED = new Set<string>([
  'ClusterRole', 'ClusterRoleBinding', 'CSIDriver', 'CSINode', 'DeviceClass', 'IngressClass', 'MutatingWebhookConfiguration', 'Namespace', 'Node',
  'PersistentVolume', 'PriorityClass', 'ResourceSlice', 'RuntimeClass', 'StorageClass', 'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding', 'ValidatingWebhookConfiguration', 'VolumeAttachment',
])
export const isNamespaced = (kind: string): boolean => !CLUSTER_SCOPED.has(kind)

export interface ListQuery {
  /** Left out: the whole cluster. */
  namespace?: string | undefined
  selector?: LabelSelector | undefined
  /** Answered by the source only: `metadata.name=x`, `spec.nodeName!=`. */
  fieldSelector?: string
  metadataOnly?: true
}

/**
 * The index over a snapshot, built once. Lookups have three answers: the thing, `null` (the source was asked, and there
 * is none) and `undefined` (nobody has looked, or nobody could). An `undefined` that nobody has tried becomes an ask.
 */
export class Cluster {
  readonly takenAt: string
  readonly now: number
  private readonly byName = new Map<string, KubeObject>()
  private readonly byKind = new Map<string, KubeObject[]>()
  private readonly byOwner = new Map<string, KubeObject[]>()
  private readonly eventsByObject = new Map<string, Event[]>()
  private readonly logs = new Map<string, Log>()
  private readonly ledger = new Map<string, Read>()
  private readonly asked = new Map<string, Ask>()

  constructor(snapshot: Snapshot) {
    this.takenAt = snapshot.takenAt
    this.now = Date.parse(snapshot.takenAt)
    for (const object of snapshot.objects) this.index(object)
    for (const log of snapshot.logs) this.logs.set(keyOf({log}), log)
    for (const read of snapshot.reads) this.ledger.set(keyOf(read), read)
  }

  private index(object: KubeObject): void {
    const {kind = '', metadata = {}} = object
    const push = <T>(map: Map<string, T[]>, key: string, item: T) => {
      const list = map.get(key)
      if (list) list.push(item)
      else map.set(key, [item])
    }
    if (kind === 'Event') {
      const {kind: about = '', namespace = '', name = ''} = (object as Event).involvedObject ?? {}
      push(this.eventsByObject, `${about} ${namespace}/${name}`, object as Event)
      return
    }
    const known = kindKey(kind, object.apiVersion)
    const key = nameKey(known, metadata.name ?? '', metadata.namespace)
    if (object.metadataOnly && this.byName.has(key)) return
    this.byName.set(key, object)
    push(this.byKind, known, object)
    for (const {uid} of metadata.ownerReferences ?? []) push(this.byOwner, `${known} ${uid}`, object)
  }

  /** What was looked up and never read. */
  get asks(): Ask[] {
    return [...this.asked.values()]
  }

  /** The named object, whole; `null` when there is none; `undefined` when nobody could look. Only `null` may accuse. */
  find<K extends Kind>(kind: K, name: string, namespace?: string): Kinds[K] | null | undefined {
    // What is not named cannot be looked up: the API would answer a question for no name with the whole list.
    if (name === '') return undefined
    const scope = isNamespaced(kind) ? namespace : undefined
    const object = this.byName.get(nameKey(kind, name, scope))
    if (object && !object.metadataOnly) return object as Kinds[K]
    const ask: Ask = {get: kind, name, ...(scope !== undefined && {namespace: scope})}
    const read = this.ledger.get(keyOf(ask))
    if (read) return read.outcome === 'absent' ? null : undefined
    if (!object && this.covering(kind, scope)) return null
    this.asked.set(keyOf(ask), ask)
    return undefined
  }

  /** The same for an object of any kind that the API serves; of a custom kind in the namespace or of the cluster. */
  findAny(kind: string, apiVersion: string | undefined, name: string, namespace?: string): KubeObject | null | undefined {
    if (!isCustom(kind)) return this.find(kind as Kind, name, namespace) as KubeObject | null | undefined
    if (name === '') return undefined
    const object = this.byName.get(nameKey(kind, name, namespace)) ?? this.byName.get(nameKey(kind, name, undefined))
    if (object && !object.metadataOnly) return object
    const ask: Ask = {get: kind as CustomKind, ...(apiVersion !== undefined && {apiVersion}), name, ...(namespace !== undefined && {namespace})}
    const read = this.ledger.get(keyOf(ask))
    if (!read) this.asked.set(keyOf(ask), ask)
    return read?.outcome === 'absent' ? null : undefined
  }

  /** A complete list, in the order of names; `undefined` when nobody could look. */
  list<K extends Kind>(kind: K, query: ListQuery = {}): Kinds[K][] | undefined {
    const {namespace, selector, fieldSelector, metadataOnly} = query
    const ask: Ask = {
      list: kind,
      ...(namespace !== undefined && {namespace}),
      ...(selector && {labelSelector: formatSelector(selector)}),
      ...(fieldSelector !== undefined && {fieldSelector}),
      ...(metadataOnly && {metadataOnly}),
    }
    const whole = fieldSelector === undefined ? this.covering(kind, namespace, metadataOnly) : undefined
    const exact = this.ledger.get(keyOf(ask)) ?? (metadataOnly && this.ledger.get(keyOf({...ask, metadataOnly: undefined} as unknown as Ask)))
    if (whole || exact?.outcome === 'read') {
      return this.held(kind, namespace).filter(object => (metadataOnly || !object.metadataOnly)
        && (!selector || matches(selector, object.metadata?.labels)) && matchesFields(fieldSelector, object)) as Kinds[K][]
    }
    if (!exact) this.asked.set(keyOf(ask), ask)
    return undefined
  }

  /** What the snapshot happens to hold, complete or not: good enough to suggest a name, never to prove an absence. */
  held(kind: string, namespace?: string): KubeObject[] {
    const all = this.byKind.get(kind) ?? []
    return namespace === undefined ? all : all.filter(({metadata}) => metadata?.namespace === namespace)
  }

  /** What the snapshot holds under a name as commands spell it: `deployment/web`. */
  named({kind, name, namespace}: Ref): KubeObject | undefined {
    const found = [...this.byKind.keys()].find(known => known.toLowerCase() === kind.toLowerCase())
    return found === undefined ? undefined : this.held(found, isNamespaced(found) ? namespace : undefined).find(object => object.metadata?.name === name)
  }

  /** Objects of that kind that name the uid as an owner, as far as the snapshot holds them. */
  ownedBy<K extends Kind>(kind: K, uid: string | undefined): Kinds[K][] {
    return (this.byOwner.get(`${kind} ${uid}`) ?? []) as Kinds[K][]
  }

  /** Events about the object, newest first, as far as they are still kept (one hour by default). */
  events({kind, name, namespace = ''}: Ref): Event[] {
    if (!this.covering('Event', namespace)) {
      const ask: Ask = {list: 'Event', namespace, fieldSelector: `involvedObject.kind=${kind},involvedObject.name=${name}`}
      if (!this.ledger.has(keyOf(ask))) this.asked.set(keyOf(ask), ask)
    }
    return (this.eventsByObject.get(`${kind} ${namespace}/${name}`) ?? []).toSorted((a, b) => byText(timeOf(b), timeOf(a)))
  }

  /** Asks for all events of a namespace (or of all) at once, where many objects of it will be looked at. */
  primeEvents(namespace: string | undefined): void {
    this.list('Event', {namespace})
  }

  /** What the container wrote; `null`: there is no such log; `undefined`: nobody could look. */
  log(ref: LogRef): Log | null | undefined {
    const key = keyOf({log: ref})
    const log = this.logs.get(key)
    if (log) return log
    const read = this.ledger.get(key)
    if (!read) this.asked.set(key, {log: ref})
    return read?.outcome === 'absent' ? null : undefined
  }

  /** The read that failed for an ask, with the server's words. */
  refusal(ask: Ask): Read | undefined {
    const read = this.ledger.get(keyOf(ask))
    return read && (read.outcome === 'forbidden' || read.outcome === 'unavailable') ? read : undefined
  }

  /** A successful whole list that holds every object of that kind in the namespace. */
  private covering(kind: Kind, namespace: string | undefined, metadataToo: true | undefined = true): boolean {
    const scopes = namespace === undefined ? [undefined] : [namespace, undefined]
    return scopes.some(scope => [undefined, ...(metadataToo ? [true as const] : [])].some(metadataOnly => this.ledger.get(keyOf({
      list: kind, ...(scope !== undefined && {namespace: scope}), ...(metadataOnly && {metadataOnly}),
    }))?.outcome === 'read'))
  }
}

const nameKey = (kind: string, name: string, namespace: string | undefined) => `${kind} ${namespace ?? ''}/${name}`

/** When an event was last seen. Events of the new API (`events.k8s.io`) have only `eventTime` and `series`. */
export const timeOf = (event: Event): string =>
  (event.series?.lastObservedTime as string | undefined) ?? event.lastTimestamp ?? (event.eventTime as string | undefined) ?? event.metadata?.creationTimestamp ?? ''

/** Field selectors that the engine itself makes: `metadata.name=x`, `spec.nodeName=x`. Others were applied by the server alone. */
const matchesFields = (fieldSelector: string | undefined, object: KubeObject): boolean => {
  const [, field, value] = /^(metadata\.name|spec\.nodeName)=(.*)$/.exec(fieldSelector ?? '') ?? []
  return field === undefined || (field === 'metadata.name' ? object.metadata?.name : (object as Pod).spec?.nodeName) === value
}
