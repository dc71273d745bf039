import {keyOf} from '../doctor/ask.js'
import type {Ask, Diagnosis, Log, Read, Snapshot, Step} from '../doctor/types.js'
import type {Answers, Source} from './source.js'
import type {KubeObject} from './types.js'

const ROUNDS = 6

/**
 * Asks the source what the rules want to know until they want to know nothing more, at most six times. What was asked
 * once is never asked again, whatever came of it. The snapshot is in a fixed order: the same content gives the same text.
 */
export async function examine(source: Source, start: Snapshot, diagnose: (snapshot: Snapshot) => Step): Promise<{snapshot: Snapshot, diagnosis: Diagnosis}> {
  let snapshot = grown(start, {objects: [], logs: [], reads: []})
  let step = diagnose(snapshot)
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const open = unanswered(step.asks, snapshot)
    if (open.length === 0) break
    const [answers, serverVersion] = await Promise.all([
      round < ROUNDS ? source.read(open) : unasked(open),
      round === 0 && snapshot.serverVersion === undefined ? source.version?.() : undefined,
    ])
    const merged = grown({...snapshot, ...(serverVersion !== undefined && {serverVersion})}, answers)
    snapshot = source.scrub?.(merged) ?? merged
    step = diagnose(snapshot)
  }
  return {snapshot, diagnosis: step.diagnosis}
}

function unanswered(asks: Ask[], {reads}: Snapshot): Ask[] {
  const known = new Set(reads.map(keyOf))
  return [...new Map(asks.map(ask => [keyOf(ask), ask]))].filter(([key]) => !known.has(key)).map(([, ask]) => ask)
}

/** What is still asked after the last round goes into the ledger, too: a replay must not find more, or less, to ask. */
const unasked = (asks: Ask[]): Answers =>
  ({objects: [], logs: [], reads: asks.map(ask => ({...ask, outcome: 'unavailable', message: `not looked up: ${ROUNDS} rounds were over`}))})

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
