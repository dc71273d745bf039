import type {Log, Read, Snapshot} from '../doctor/types.js'
import {reduceManagedFields} from './managed-fields.js'
import {maskFile, maskText, maskValue, maskWords} from './mask.js'
import type {Scrubber} from './scrubber.js'
import {blank} from './secret-facts.js'
import type {KubeObject, Metadata} from './types.js'

export {reduceManagedFields} from './managed-fields.js'
export {remains} from './remains.js'
export {Scrubber} from './scrubber.js'

/** Fields that hold names, kinds, times and other words of the API, never a text that somebody has written. */
const STRUCTURAL = new Set([
  'apiVersion', 'kind', 'name', 'namespace', 'uid', 'resourceVersion', 'generateName', 'fieldPath', 'subresource', 'operation', 'manager',
  'image', 'imageID', 'containerID', 'reason', 'type', 'phase', 'status', 'key', 'secretName', 'claimName', 'volumeName', 'serviceAccountName',
  'serviceAccount', 'serviceName', 'nodeName', 'schedulerName', 'priorityClassName', 'storageClassName', 'runtimeClassName', 'configMap',
  'protocol', 'restartPolicy', 'imagePullPolicy', 'dnsPolicy', 'terminationMessagePath', 'hostIP', 'podIP', 'clusterIP', 'ip', 'mountPath', 'effect', 'operator',
  'time', 'firstTimestamp', 'lastTimestamp', 'eventTime', 'lastObservedTime', 'creationTimestamp', 'deletionTimestamp', 'startedAt', 'finishedAt', 'startTime',
  'completionTime', 'lastTransitionTime', 'lastProbeTime', 'lastHeartbeatTime', 'lastUpdateTime', 'lastScheduleTime', 'lastSuccessfulTime', 'takenAt',
])
/** Fields whose whole content is such words. */
const STRUCTURAL_TREES = new Set(['labels', 'ownerReferences', 'managedFields', 'finalizers', 'matchLabels', 'matchExpressions', 'nodeSelector', 'selector', 'facts', 'involvedObject', 'images', 'resources', 'capacity', 'allocatable'])
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * An object as a snapshot may hold it. Values of Secrets are gone and known to the scrubber; what looks like a secret
 * anywhere else is masked; `managedFields` is reduced and the last applied configuration, which repeats Secrets, dropped.
 */
export function redact(object: KubeObject, scrubber: Scrubber): KubeObject {
  const own = object.kind === 'Secret' ? blank(object, scrubber) : object
  return ordered(maskObject(own.metadata ? {...own, metadata: reduceMetadata(own.metadata)} : own)) as KubeObject
}

/** Fields in the order of their names, as kubectl writes them: what is quoted of an object does not depend on where it came from. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, below]) => [key, ordered(below)]))
}

function reduceMetadata({managedFields, annotations, ...rest}: Metadata): Metadata {
  const {[LAST_APPLIED]: _, ...others} = annotations ?? {}
  return {
    ...rest,
    ...(Object.keys(others).length > 0 && {annotations: others}),
    ...(managedFields && managedFields.length > 0 && {managedFields: reduceManagedFields(managedFields)}),
  }
}

function maskObject(object: KubeObject): KubeObject {
  return rewrite(object, (text, path, parent) => {
    const key = path.at(-1) ?? ''
    if (key === 'value' && typeof parent['name'] === 'string') return maskValue(parent['name'], text)
    const place = path.length >= 2 ? path.at(-2) : undefined
    if (object.kind === 'ConfigMap' && path.length === 2 && (place === 'data' || place === 'binaryData')) return /\n|^\s*[{[]/.test(text) ? maskFile(text) : maskValue(key, text)
    if (place === 'annotations') return /^\s*[{[]/.test(text) ? maskFile(text) : maskText(text)
    return maskText(text)
  }, list => list.every(item => typeof item === 'string') ? maskWords(list) : undefined) as KubeObject
}

/** The snapshot with all that the scrubber knows by now replaced, also in what was read before it knew. */
export function scrubSnapshot<T extends Pick<Snapshot, 'objects' | 'logs' | 'reads'>>(snapshot: T, scrubber: Scrubber): T {
  if (scrubber.size === 0) return snapshot
  const known = publicWords(snapshot.objects)
  const scrub = (text: string) => scrubber.scrub(text, known)
  return {
    ...snapshot,
    objects: snapshot.objects.map(object => rewrite(object, scrub) as KubeObject),
    logs: snapshot.logs.map(log => ({...log, text: scrub(log.text)})),
    reads: snapshot.reads.map(read => read.message === undefined ? read : {...read, message: scrub(read.message)}),
  }
}

/** Masks what looks like a secret in a log or in a message of a server. */
export const maskLog = (log: Log): Log => ({...log, text: maskText(log.text)})
export const maskRead = (read: Read): Read => read.message === undefined ? read : {...read, message: maskText(read.message)}

/** Words that stand in structural places: they are never replaced there, so to replace them elsewhere would hide nothing. */
function publicWords(objects: KubeObject[]): Set<string> {
  const words = new Set<string>()
  const visit = (value: unknown, structural: boolean, depth: number): void => {
    if (typeof value === 'string') {
      if (structural) words.add(value)
    } else if (Array.isArray(value)) {
      for (const item of value) visit(item, structural, depth + 1)
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, below] of Object.entries(value)) visit(below, structural || STRUCTURAL_TREES.has(key) || (STRUCTURAL.has(key) && typeof below === 'string'), depth + 1)
    }
  }
  for (const object of objects) visit(object, false, 0)
  return words
}

type Change = (text: string, path: string[], parent: Record<string, unknown>) => string

/** Rebuilds a value with every free text changed. Keys and structural fields stay; what does not change is not copied. */
function rewrite(root: unknown, change: Change, list?: (items: unknown[]) => unknown[] | undefined): unknown {
  const path: string[] = []
  const visit = (value: unknown, parent: Record<string, unknown>): unknown => {
    if (typeof value === 'string') return change(value, path, parent)
    if (Array.isArray(value)) {
      const whole = list?.(value)
      if (whole) return whole.some((item, i) => item !== value[i]) ? whole : value
      const items = value.map(item => visit(item, parent))
      return items.some((item, i) => item !== value[i]) ? items : value
    }
    if (typeof value !== 'object' || value === null) return value
    let copy: Record<string, unknown> | undefined
    for (const [key, below] of Object.entries(value)) {
      if (below === null) {
        // Go writes times that are not set as null; to the API that is the same as nothing.
        delete (copy ??= {...value})[key]
        continue
      }
      if (STRUCTURAL_TREES.has(key) || (STRUCTURAL.has(key) && typeof below === 'string' && !isFree(path))) continue
      path.push(key)
      const next = visit(below, value as Record<string, unknown>)
      path.pop()
      if (next !== below) (copy ??= {...value})[key] = next
    }
    return copy ?? value
  }
  return visit(root, {})
}

/** Keys of data and annotations are anybody's choice: `data.name` of a ConfigMap is a text like any other. */
const isFree = (path: string[]) => path.at(-1) === 'annotations' || path.at(-1) === 'volumeAttributes' || path.at(-1) === 'parameters'
  || (path.length === 1 && (path[0] === 'data' || path[0] === 'binaryData'))
