import {statSync} from 'node:fs'
import pjson from '../../package.json' with {type: 'json'}
import {diagnose} from '../doctor/diagnose.js'
import type {Rule} from '../doctor/rule.js'
import type {Diagnosis, Snapshot} from '../doctor/types.js'
import {examine} from '../kube/examine.js'
import type {KubeFlags} from './flags.js'
import {namespaceIn, targetsIn, targetsOf} from './targets.js'

export interface Examination {snapshot: Snapshot, diagnosis: Diagnosis}

/** Examines what the words name in a file; the file's own targets when there are none. */
export async function examineFile(file: string, words: string[], namespace: string | undefined, rules: Rule[]): Promise<Examination> {
  const {source, snapshot, objects} = await (await import('../kube/dump.js')).fileSource(file)
  const targets = words.length === 0 && namespace === undefined ? targetsIn(objects, snapshot, file)
    : targetsOf(words, namespace ?? namespaceIn(objects, snapshot))
  const start = {...(snapshot ?? emptySnapshot(timeOf(file))), targets, objects: [], logs: [], reads: []}
  return examine(source, start, snapshot => diagnose(snapshot, rules))
}

/** Examines what the words name in the cluster that the flags lead to. */
export async function examineCluster(words: string[], flags: KubeFlags, rules: Rule[]): Promise<Examination> {
  const [{connect}, {liveSource}] = await Promise.all([import('../kube/client.js'), import('../kube/live.js')])
  const ending = new AbortController()
  try {
    const client = await connect(flags, {version: pjson.version, signal: ending.signal})
    const {context, connection, namespace} = client
    const start = {...emptySnapshot(new Date(), {...(context !== undefined && {context}), connection}), targets: targetsOf(words, namespace)}
    return await examine(liveSource(client), start, snapshot => diagnose(snapshot, rules))
  } finally {
    // When one request has failed, the others need not be waited for.
    ending.abort()
  }
}

const emptySnapshot = (time: Date, login: Pick<Snapshot, 'context' | 'connection'> = {}): Snapshot =>
  ({apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: time.toISOString().replace(/\.\d+Z$/, 'Z'), ...login, targets: [], objects: [], logs: [], reads: []})

/** A file that does not say when it was read was read when it was written. */
const timeOf = (file: string): Date => file === '-' ? new Date() : statSync(file).mtime
