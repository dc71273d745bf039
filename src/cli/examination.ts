import {statSync} from 'node:fs'
import pjson from '../../package.json' with {type: 'json'}
import {refOf} from '../doctor/cite.js'
import {diagnose} from '../doctor/diagnose.js'
import type {Rule} from '../doctor/rule.js'
import type {Diagnosis, Snapshot} from '../doctor/types.js'
import {ClusterError} from '../kube/errors.js'
import {examine} from '../kube/examine.js'
import type {Pod} from '../kube/types.js'
import type {KubeFlags} from './flags.js'
import {namespaceIn, targetsIn, targetsOf, typesIn, type Scope} from './targets.js'

export interface Examination {snapshot: Snapshot, diagnosis: Diagnosis}

/** Which of a cluster's objects are asked about: words, and kubectl's `-A`, `-l`, `-c`. */
export interface Question extends Pick<Scope, 'everywhere' | 'selector'> {
  words: string[]
  container?: string | undefined
}

/** Examines what is asked about in a file; the file's own targets when that is nothing. */
export async function examineFile(file: string, {words, everywhere, selector, container}: Question, namespace: string | undefined, rules: Rule[]): Promise<Examination> {
  const {source, snapshot, objects} = await (await import('../kube/dump.js')).fileSource(file)
  const targets = words.length === 0 && namespace === undefined && selector === undefined && !everywhere ? targetsIn(objects, snapshot, file)
    : await targetsOf(words, {namespace: namespace ?? namespaceIn(objects, snapshot), everywhere, selector}, typesIn(objects, object => refOf(object).kind))
  const start = {...(snapshot ?? emptySnapshot(timeOf(file))), targets, ...(container !== undefined && {container}), objects: [], logs: [], reads: []}
  return withContainer(await examine(source, start, snapshot => diagnose(snapshot, rules)))
}

/** Examines what is asked about in the cluster that the flags lead to. */
export async function examineCluster({words, everywhere, selector, container}: Question, flags: KubeFlags, rules: Rule[]): Promise<Examination> {
  const [{connect}, {liveSource}] = await Promise.all([import('../kube/client.js'), import('../kube/live.js')])
  const ending = new AbortController()
  try {
    const client = await connect(flags, {version: pjson.version, signal: ending.signal})
    const {context, connection, namespace} = client
    const targets = await targetsOf(words, {namespace, everywhere, selector}, async word => {
      const {discover, findResource, kindOfDiscovered} = await import('../kube/discovery.js')
      const found = findResource(await discover(client).catch(noneServed), word)
      return found && {kind: kindOfDiscovered(found), apiVersion: found.apiVersion, namespaced: found.namespaced}
    })
    const start = {...emptySnapshot(new Date(), {...(context !== undefined && {context}), connection}), targets, ...(container !== undefined && {container})}
    return withContainer(await examine(liveSource(client), start, snapshot => diagnose(snapshot, rules)))
  } finally {
    // When one request has failed, the others need not be waited for.
    ending.abort()
  }
}

/** A server that has no discovery serves no kinds of that sort. */
function noneServed(error: unknown): [] {
  if (error instanceof ClusterError && error.status === 404) return []
  throw error
}

/** Throws kubectl's words when the container that was asked about is in none of the pods. */
function withContainer(examination: Examination): Examination {
  const {snapshot: {objects, container, targets}, diagnosis: {looked}} = examination
  if (container === undefined) return examination
  const pods = objects.filter((object): object is Pod => object.kind === 'Pod' && !object.metadataOnly)
  const lacking = targets.flatMap(({kind, name, namespace}) => kind === 'Pod' ? pods.filter(({metadata}) => metadata?.name === name && metadata?.namespace === namespace) : [])
    .find(({spec}) => ![...spec?.containers ?? [], ...spec?.initContainers ?? []].some(({name}) => name === container))
  if (lacking) throw new ClusterError(`error: container ${container} is not valid for pod ${lacking.metadata?.name}`)
  if (looked.pods === 0 && pods.length > 0) throw new ClusterError(`error: no pod has a container ${container}`)
  return examination
}

const emptySnapshot = (time: Date, login: Pick<Snapshot, 'context' | 'connection'> = {}): Snapshot =>
  ({apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: time.toISOString().replace(/\.\d+Z$/, 'Z'), ...login, targets: [], objects: [], logs: [], reads: []})

/** A file that does not say when it was read was read when it was written. */
const timeOf = (file: string): Date => file === '-' ? new Date() : statSync(file).mtime
