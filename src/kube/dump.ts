import {readFileSync, statSync} from 'node:fs'
import {keyOf} from '../doctor/ask.js'
import {kindKey} from '../doctor/kind.js'
import type {Ask, Read, Snapshot} from '../doctor/types.js'
import {conform, conformSnapshot} from './conform.js'
import {ClusterError} from './errors.js'
import {reasonOf} from './kubeconfig.js'
import {plain} from './log.js'
import {maskLog, maskRead, redact, reduceManagedFields, Scrubber, scrubSnapshot} from './redact.js'
import {parseFile} from './parse-file.js'
import {isKind, resources} from './resources.js'
import type {Answers, Source} from './source.js'
import type {Kind, KubeObject} from './types.js'

const MAX_BYTES = 256 * 1024 * 1024

export interface FileSource {
  source: Source
  /** The file itself, redacted, when it is a snapshot. */
  snapshot?: Snapshot
  /** All objects of the file, redacted. */
  objects: KubeObject[]
}

/**
 * A source from a file: a snapshot, or what `kubectl get -o yaml|json` has written (objects, lists, several documents);
 * `-` is standard input. It answers what it holds; what it lacks is unavailable, never absent. Throws a ClusterError for
 * a file that is missing, empty, cut off or of something else.
 */
export async function fileSource(path: string): Promise<FileSource> {
  const name = path === '-' ? 'standard input' : path
  const documents = await parseFile(path === '-' ? await standardInput() : contentOf(path), name)
  if (documents.length === 0) throw new ClusterError(`error: ${name} is empty`)
  const [first] = documents
  const scrubber = new Scrubber()
  if (isRecord(first) && typeof first['apiVersion'] === 'string' && first['apiVersion'].startsWith('podkit/')) {
    const snapshot = snapshotIn(first, name, scrubber)
    return {source: sourceOf(snapshot, scrubber), snapshot, objects: snapshot.objects}
  }
  const raw = documents.flatMap(document => objectsIn(document, name))
  if (raw.length === 0) throw new ClusterError(`error: ${name} holds a list without items`)
  const objects = raw.map(object => redact(conform(reduced(object)), scrubber))
  const all = scrubSnapshot({objects, logs: [], reads: []}, scrubber)
  return {source: sourceOf(all, scrubber), objects: all.objects}
}

function snapshotIn(raw: Record<string, unknown>, name: string, scrubber: Scrubber): Snapshot {
  const {apiVersion, kind, takenAt, objects} = raw
  if (apiVersion !== 'podkit/v1') throw new ClusterError(`error: ${name} is of ${String(apiVersion)}; this program reads podkit/v1`)
  if (kind !== 'Snapshot') throw new ClusterError(`error: ${name} is a ${String(kind)}, not a Snapshot; -o snapshot writes one`)
  if (!Array.isArray(objects) || typeof takenAt !== 'string' || Number.isNaN(Date.parse(takenAt))) throw new ClusterError(`error: ${name} is a damaged or cut off Snapshot: it lacks ${Array.isArray(objects) ? 'takenAt' : 'objects'}`)
  const snapshot = conformSnapshot({...raw, objects: objects.filter(isRecord).map(object => reduced(object as KubeObject))} as unknown as Snapshot)
  return scrubSnapshot({
    ...snapshot,
    objects: snapshot.objects.map(object => redact(object, scrubber)),
    logs: snapshot.logs.map(log => maskLog({...log, text: log.text.split('\n').map(plain).join('\n')})),
    reads: snapshot.reads.map(maskRead),
  }, scrubber)
}

/** The first answer brings all that the file holds, the ledger of a snapshot included: a replay knows what the run knew. */
function sourceOf({objects, logs, reads}: Pick<Snapshot, 'objects' | 'logs' | 'reads'>, scrubber: Scrubber): Source {
  const ledger = new Map(reads.map(read => [keyOf(read), read]))
  const held = new Set(objects.filter(({metadataOnly}) => !metadataOnly).map(({kind = '', apiVersion, metadata}) => `${kindKey(kind, apiVersion)} ${metadata?.namespace ?? ''}/${metadata?.name}`))
  const written = new Set(logs.map(log => keyOf({log})))
  const covered = (ask: Ask) => 'get' in ask && [ask.namespace, undefined].some(namespace =>
    ledger.get(keyOf({list: ask.get as Kind, ...(namespace !== undefined && {namespace})}))?.outcome === 'read')
  const answer = (ask: Ask): Read => {
    const known = ledger.get(keyOf(ask))
    if (known) return known
    if ('get' in ask && held.has(`${ask.get} ${ask.namespace ?? ''}/${ask.name}`)) return {...ask, outcome: 'read'}
    if ('log' in ask && written.has(keyOf(ask))) return {...ask, outcome: 'read'}
    return covered(ask) ? {...ask, outcome: 'absent'} : {...ask, outcome: 'unavailable', message: 'not in the file'}
  }
  let told = false
  return {
    async read(asks): Promise<Answers> {
      const answers = asks.map(answer)
      if (told) return {objects: [], logs: [], reads: answers}
      told = true
      return {objects, logs, reads: [...answers, ...reads]}
    },
    scrub: snapshot => scrubSnapshot(snapshot, scrubber),
  }
}

function objectsIn(value: unknown, name: string): KubeObject[] {
  if (!isRecord(value)) throw new ClusterError(`error: ${name} does not hold Kubernetes objects but ${Array.isArray(value) ? 'a list' : `"${String(value).slice(0, 40).split('\n')[0]}"`}`)
  const {apiVersion, kind, items} = value
  if (Array.isArray(items) && (typeof kind !== 'string' || kind.endsWith('List'))) {
    // kubectl writes the fields in the order of their names: a list that has lost its kind has lost its end.
    if (typeof kind !== 'string') throw new ClusterError(`error: ${name} breaks off: it is a list without its end`)
    const own = kind === 'List' ? {} : {apiVersion, kind: kind.slice(0, -4)}
    return items.flatMap(item => objectsIn(isRecord(item) ? {...own, ...item} : item, name))
  }
  if (typeof kind !== 'string' || typeof apiVersion !== 'string') {
    throw new ClusterError(`error: unable to decode "${name}": Object '${typeof kind === 'string' ? 'apiVersion' : 'Kind'}' is missing in '${JSON.stringify(value).slice(0, 60)}'`)
  }
  if (!isRecord(value['metadata']) || typeof value['metadata']['name'] !== 'string') throw new ClusterError(`error: ${name} holds a ${kind} without a name`)
  // Manifests leave the namespace out; objects of the API do not.
  const {metadata} = value as KubeObject
  const placed = isKind(kind) && resources[kind].namespaced && !metadata?.namespace ? {...metadata, namespace: 'default'} : metadata
  return [{...value, metadata: placed} as KubeObject]
}

/** `managedFields` as a server sends it would not pass for ours. */
const reduced = (object: KubeObject): KubeObject => isRecord(object.metadata) && object.metadata.managedFields
  ? {...object, metadata: {...object.metadata, managedFields: reduceManagedFields((object.metadata.managedFields as unknown[]).filter?.(isRecord))}} : object

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function contentOf(path: string): Buffer {
  try {
    const {size} = statSync(path)
    if (size > MAX_BYTES) throw tooLarge(path)
    return readFileSync(path)
  } catch (error) {
    if (error instanceof ClusterError) throw error
    const {code} = error as NodeJS.ErrnoException
    throw new ClusterError(code === 'ENOENT' ? `error: the path "${path}" does not exist` : `error: ${code === 'EISDIR' ? `read ${path}: is a directory` : reasonOf(error, path)}`)
  }
}

async function standardInput(): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer)
    size += (chunk as Buffer).length
    if (size > MAX_BYTES) throw tooLarge('standard input')
  }
  return Buffer.concat(chunks)
}

const tooLarge = (name: string) => new ClusterError(`error: ${name} is larger than ${MAX_BYTES / 1024 / 1024} MiB`)
