import {OBJECT_KINDS} from '../doctor/rule.js'
import {nearest} from '../doctor/near-miss.js'
import {parseSelector, SelectorError} from '../doctor/parse-selector.js'
import {EVERYWHERE, type Snapshot, type Target} from '../doctor/types.js'
import {WORKLOAD_KINDS} from '../doctor/workload.js'
import {ClusterError} from '../kube/errors.js'
import {kindOf, resources} from '../kube/resources.js'
import type {KubeObject} from '../kube/types.js'
import {UsageError} from './usage.js'

const JUDGED: string[] = ['Pod', ...WORKLOAD_KINDS, ...OBJECT_KINDS]

/** What limits the targets: kubectl's `-n`, `-A`, `-l`. */
export interface Scope {
  namespace: string
  everywhere?: boolean | undefined
  selector?: string | undefined
}

/** A type that this program does not know by name, as the API serves it. */
export interface CustomType {kind: string, apiVersion: string, namespaced: boolean}

/** Looks up a type that this program does not know; `undefined` where the API serves none of that name. */
export type LookUp = (word: string) => Promise<CustomType | undefined>

/**
 * The objects that the words name, in kubectl's grammar: `POD`, `TYPE/NAME`, `TYPE NAME`, several of each, or with a selector
 * `TYPE` or nothing, which means pods. No word and no selector means the namespace. Throws kubectl's words for what it would not understand.
 */
export async function targetsOf(words: string[], scope: Scope, lookUp: LookUp): Promise<Target[]> {
  const {namespace, everywhere = false, selector} = scope
  const within = everywhere ? {} : {namespace}
  const slashed = words.filter(word => word.includes('/'))
  if (selector !== undefined) {
    if (slashed.length > 0) throw new UsageError('selectors and the all flag cannot be used when passing resource/name arguments')
    if (words.length > 1 || (words[0] !== undefined && !kindOf(words[0]))) throw new UsageError('name cannot be provided when a selector is specified')
    const kind = words[0] === undefined ? 'Pod' : judged(kindOf(words[0])!)
    return [{kind, name: '', ...(resources[kind as keyof typeof resources].namespaced && within), selector: checked(selector)}]
  }
  if (words.length === 0) return [{kind: 'Namespace', name: everywhere ? EVERYWHERE : namespace}]
  if (everywhere) throw new UsageError('a resource cannot be retrieved by name across all namespaces')
  if (slashed.length > 0) {
    if (slashed.length < words.length || words.some(word => word.split('/').length > 2)) {
      throw new UsageError('there is no need to specify a resource type as a separate argument when passing arguments in resource/name form '
        + '(e.g. \'kubectl pod-doctor resource/<resource_name>\' instead of \'kubectl pod-doctor resource resource/<resource_name>\'')
    }
    return Promise.all(words.map(word => {
      const [type = '', name = ''] = word.split('/')
      if (type === '' || name === '') throw new UsageError('arguments in resource/name form must have a single resource and name')
      return named(type, name, namespace, lookUp)
    }))
  }
  const [type = '', ...names] = words
  if (names.length > 0 && kindOf(type)) return Promise.all(names.map(name => named(type, name, namespace, lookUp)))
  return words.map(name => ({kind: 'Pod', name, namespace}))
}

async function named(type: string, name: string, namespace: string, lookUp: LookUp): Promise<Target> {
  const kind = kindOf(type)
  if (kind) return {kind: judged(kind), name, ...(resources[kind].namespaced && {namespace})}
  const custom = await lookUp(type)
  if (custom) return {kind: custom.kind, apiVersion: custom.apiVersion, name, ...(custom.namespaced && {namespace})}
  const [meant] = nearest(type, JUDGED.flatMap(kind => [kind.toLowerCase(), ...resources[kind as keyof typeof resources].short]))
  throw new ClusterError(`error: the server doesn't have a resource type "${type}"${meant === undefined ? '' : `\nDid you mean: ${meant}?`}`)
}

function judged(kind: string): string {
  if (!JUDGED.includes(kind)) throw new UsageError(`a ${kind} is not a thing that runs; name one of ${JUDGED.map(kind => kind.toLowerCase()).join(', ')}`)
  return kind
}

function checked(selector: string): string {
  try {
    parseSelector(selector)
    return selector
  } catch (error) {
    if (error instanceof SelectorError) throw new UsageError(`unable to parse requirement: ${error.message}`)
    throw error
  }
}

/** What a file is asked about when nothing is named: a snapshot's own targets; else the only pod, or each namespace that it holds. */
export function targetsIn(objects: KubeObject[], snapshot: Snapshot | undefined, file: string): Target[] {
  if (snapshot) return snapshot.targets
  const judged = objects.filter(({kind = ''}) => JUDGED.includes(kind) && !(OBJECT_KINDS as readonly string[]).includes(kind))
  const [first, ...others] = judged
  if (!first) throw new ClusterError(`error: ${file} holds no pod and no workload`)
  if (first.kind === 'Pod' && others.length === 0) return [{kind: 'Pod', name: first.metadata?.name ?? '', namespace: first.metadata?.namespace ?? 'default'}]
  return namespacesOf(judged).map(name => ({kind: 'Namespace', name}))
}

/** Where the words of a command line on a file are looked up when no namespace is given. */
export const namespaceIn = (objects: KubeObject[], snapshot: Snapshot | undefined): string =>
  snapshot?.targets.map(({kind, name, namespace}) => kind === 'Namespace' && name !== EVERYWHERE ? name : namespace).find(name => name !== undefined)
  ?? namespacesOf(objects.filter(({kind}) => kind === 'Pod'))[0] ?? 'default'

/** The custom kinds that a file holds, for want of a server to ask. */
export const typesIn = (objects: KubeObject[], nameOf: (object: KubeObject) => string): LookUp => async word => {
  const [plain = '', ...group] = word.toLowerCase().split('.')
  const found = objects.find(({kind = '', apiVersion = ''}) => !(kind in resources) && [kind.toLowerCase(), `${kind.toLowerCase()}s`].includes(plain)
    && (group.length === 0 || apiVersion.split('/')[0] === group.join('.')))
  return found && {kind: nameOf(found), apiVersion: found.apiVersion ?? '', namespaced: found.metadata?.namespace !== undefined}
}

const namespacesOf = (objects: KubeObject[]) => [...new Set(objects.map(({metadata}) => metadata?.namespace ?? 'default'))].toSorted()
