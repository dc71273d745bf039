import {keyOf} from '../doctor/ask.js'
import type {Diagnosis, Log, Read, Snapshot, Step} from '../doctor/types.js'
import type {Answers, Source} from './source.js'
import type {KubeObject} from './types.js'

const ROUNDS = 6

/**
 * Asks the source what the rules want to know until they want to know nothing more, at most six times. What was asked
 * once is never asked again, whatever came of it. The snapshot is in a fixed order: the same content gives the same text.
 */
export async function examine(source: Source, start: Snapshot, diagnose: (snapshot: Snapshot) => Step): Promise<{snapshot: Snapshot, diagnosis: Diagnosis}> {
  let snapshot = grown(start, {objects: [], logs: [], reads: []})
  let {diagnosis, asks} = diagnose(snapshot)
  for (let round = 0; round < ROUNDS; round++) {
    const known = new Set(snapshot.reads.map(keyOf))
    const open = [...new Map(asks.map(ask => [keyOf(ask), ask])).entries()].filter(([key]) => !known.has(key)).map(([, ask]) => ask)
    if (open.length === 0) break
    const merged = grown(snapshot, await source.read(open))
    snapshot = source.scrub?.(merged) ?? merged
    ;({diagnosis, asks} = diagnose(snapshot))
  }
  return {snapshot, diagnosis}
}

function grown(snapshot: Snapshot, {objects, logs, reads}: Answers): Snapshot {
  return {
    ...snapshot,
    objects: merge([...snapshot.objects, ...objects], keyOfObject, (before, after) => after.metadataOnly && !before.metadataOnly ? before : after),
    logs: merge<Log>([...snapshot.logs, ...logs], log => keyOf({log}), (_, after) => after),
    reads: merge<Read>([...snapshot.reads, ...reads], keyOf, before => before),
  }
}

const keyOfObject = ({apiVersion = '', kind = '', metadata = {}}: KubeObject): string =>
  `${kind} ${metadata.namespace ?? ''}/${metadata.name ?? ''} ${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''}`

function merge<T>(items: T[], key: (item: T) => string, choose: (before: T, after: T) => T): T[] {
  const byKey = new Map<string, T>()
  for (const item of items) {
    const at = key(item)
    const before = byKey.get(at)
    byKey.set(at, before === undefined ? item : choose(before, item))
  }
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, item]) => item)
}
