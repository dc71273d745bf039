import {isCustom, kindKey} from '../doctor/kind.js'
import {roots, shapes} from './shapes.js'
import type {Log, Read, Snapshot, Target} from '../doctor/types.js'
import type {KubeObject} from './types.js'

/**
 * The object with everything taken out that is not of the API's own type: a file may be damaged or made up, and what reads
 * it relies on the types. Items of lists keep their places; a required string or list that is missing is there, but empty. Of kinds that are not
 * known what is left is what a workload has: its template, its replicas, its conditions.
 */
export function conform(object: KubeObject): KubeObject {
  const {apiVersion, kind, metadataOnly, facts} = object as KubeObject & {facts?: unknown}
  const root = roots[kind ?? '']
  const known = root !== undefined && !isCustom(kindKey(kind ?? '', typeof apiVersion === 'string' ? apiVersion : undefined))
  const {metadata, ...rest} = shape(object, known ? root : 'V1Namespace') as KubeObject
  const managedFields = (object.metadata?.managedFields as unknown[] | undefined) ?? []
  return {
    ...(known ? rest : customOf(object as unknown as Record<string, unknown>)), ...(typeof apiVersion === 'string' && {apiVersion}), ...(typeof kind === 'string' && {kind}),
    metadata: {...withoutUndefined(Object.entries({...metadata, managedFields: undefined})), ...(Array.isArray(managedFields) && managedFields.length > 0 && {managedFields: managedFields.filter(isFieldOwner)})},
    ...(metadataOnly === true && {metadataOnly}), ...(isFacts(facts) && {facts}),
  } as KubeObject
}

/** The fields that custom workloads (Argo's Rollout, a database's Cluster) have in common with Kubernetes' own. */
const CUSTOM = {
  spec: {replicas: 'n', paused: 'b', suspend: 'b', selector: 'V1LabelSelector', template: 'V1PodTemplateSpec'},
  status: {replicas: 'n', readyReplicas: 'n', observedGeneration: '*', phase: 's', message: 's', conditions: '[V1Condition'},
} as const

const customOf = (object: Record<string, unknown>): object => withoutUndefined(Object.entries(CUSTOM).map(([part, fields]) => {
  const value = object[part]
  const own = isRecord(value) ? withoutUndefined(Object.entries(fields).map(([name, type]) => [name, shape(value[name], type)])) : {}
  return [part, Object.keys(own).length > 0 ? own : undefined]
}))

/** A snapshot from a file: entries that are not what they should be are dropped, objects are made to {@link conform}. */
export function conformSnapshot(raw: Snapshot): Snapshot {
  const list = (value: unknown): unknown[] => Array.isArray(value) ? value : []
  const strings = (record: unknown, ...names: string[]) => isRecord(record) && names.every(name => typeof record[name] === 'string')
  const isLogRef = (log: unknown) => strings(log, 'namespace', 'pod', 'container') && typeof (log as Log).previous === 'boolean'
  const {serverVersion, context} = raw
  return {
    apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: String(raw.takenAt),
    ...(typeof serverVersion === 'string' && {serverVersion}), ...(typeof context === 'string' && {context}),
    connection: list(raw.connection).filter(word => typeof word === 'string'),
    targets: list(raw.targets).filter((target): target is Target => strings(target, 'kind', 'name')),
    ...(typeof raw.container === 'string' && {container: raw.container}),
    // What has no name cannot be spoken of.
    objects: list(raw.objects).filter(isRecord).map(object => conform(object as KubeObject)).filter(({kind, metadata}) => kind && metadata?.name),
    logs: list(raw.logs).filter((log): log is Log => isLogRef(log) && strings(log, 'text')),
    reads: list(raw.reads).filter((read): read is Read => isRecord(read) && ['read', 'absent', 'forbidden', 'unavailable'].includes(read['outcome'] as string)
      && ('log' in read ? isLogRef(read['log']) : typeof (read['get'] ?? read['list']) === 'string' && (!('get' in read) || typeof read['name'] === 'string'))),
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const isFieldOwner = (entry: unknown): boolean => isRecord(entry) && typeof entry['manager'] === 'string'
  && Array.isArray(entry['fields']) && entry['fields'].every(field => typeof field === 'string')

const isFacts = (facts: unknown): boolean => isRecord(facts) && isRecord(facts['keys'])
  && (facts['registries'] === undefined || (Array.isArray(facts['registries']) && facts['registries'].every(host => typeof host === 'string')))

/** The value as far as it is of the type; undefined where it is of another one. */
function shape(value: unknown, type: string): unknown {
  switch (type[0]) {
    case '*': return value ?? undefined
    case 'i': return typeof value === 'string' || typeof value === 'number' ? value : undefined
    case 's': return typeof value === 'string' ? value : undefined
    case 'n': return typeof value === 'number' ? value : undefined
    case 'b': return typeof value === 'boolean' ? value : undefined
    case '[': return Array.isArray(value) ? Array.from(value, item => shape(item, type.slice(1)) ?? emptyOf(type.slice(1))) : undefined
    case '{': return isRecord(value) ? withoutUndefined(Object.entries(value).map(([key, item]) => [key, shape(item, type.slice(1))])) : undefined
    default: return isRecord(value) ? fieldsOf(value, type) : undefined
  }
}

function fieldsOf(value: Record<string, unknown>, type: string): unknown {
  const fields = shapes[type] ?? {}
  return withoutUndefined(Object.entries(fields).flatMap(([name, field]) => {
    const required = field.endsWith('!')
    const plain = required ? field.slice(0, -1) : field
    const shaped = shape(value[name], plain)
    return shaped === undefined && !required ? [] : [[name, shaped ?? emptyOf(plain)] as [string, unknown]]
  }))
}

const withoutUndefined = (entries: [string, unknown][]) => Object.fromEntries(entries.filter(([, value]) => value !== undefined))

/** A number that is missing is not zero: it stays away. */
const emptyOf = (type: string): unknown =>
  'inb*'.includes(type[0] ?? '*') ? undefined : ({'s': '', '[': [], '{': {}} as Record<string, unknown>)[type[0]!] ?? fieldsOf({}, type)
