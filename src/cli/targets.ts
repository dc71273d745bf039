import {nearest} from '../doctor/near-miss.js'
import {OBJECT_KINDS} from '../doctor/rule.js'
import type {Ref, Snapshot} from '../doctor/types.js'
import {WORKLOAD_KINDS} from '../doctor/workload.js'
import {ClusterError} from '../kube/errors.js'
import {kindOf, resources} from '../kube/resources.js'
import type {KubeObject} from '../kube/types.js'
import {UsageError} from './usage.js'

const JUDGED: string[] = ['Pod', ...WORKLOAD_KINDS, ...OBJECT_KINDS]

/**
 * The objects that the words name, in kubectl's grammar: `POD`, `TYPE/NAME`, `TYPE NAME`, several of each. No word at all
 * means the namespace. Throws kubectl's words for what it would not understand.
 */
export function targetsOf(words: string[], namespace: string): Ref[] {
  if (words.length === 0) return [{kind: 'Namespace', name: namespace}]
  const slashed = words.filter(word => word.includes('/'))
  if (slashed.length > 0) {
    if (slashed.length < words.length || words.some(word => word.split('/').length > 2)) {
      throw new UsageError('there is no need to specify a resource type as a separate argument when passing arguments in resource/name form '
        + '(e.g. \'kubectl pod-doctor resource/<resource_name>\' instead of \'kubectl pod-doctor resource resource/<resource_name>\'')
    }
    return words.map(word => {
      const [type = '', name = ''] = word.split('/')
      if (type === '' || name === '') throw new UsageError('arguments in resource/name form must have a single resource and name')
      return refTo(type, name, namespace)
    })
  }
  const [type = '', ...names] = words
  if (names.length > 0 && kindOf(type)) return names.map(name => refTo(type, name, namespace))
  return words.map(name => ({kind: 'Pod', name, namespace}))
}

function refTo(type: string, name: string, namespace: string): Ref {
  const kind = kindOf(type)
  if (!kind) {
    const [meant] = nearest(type, JUDGED.flatMap(kind => [kind.toLowerCase(), ...resources[kind as keyof typeof resources].short]))
    throw new ClusterError(`error: the server doesn't have a resource type "${type}"${meant === undefined ? '' : `\nDid you mean: ${meant}?`}`)
  }
  if (!JUDGED.includes(kind)) throw new UsageError(`a ${kind} is not a thing that runs; name one of ${JUDGED.map(kind => kind.toLowerCase()).join(', ')}`)
  return resources[kind].namespaced ? {kind, name, namespace} : {kind, name}
}

/** What a file is asked about when nothing is named: a snapshot's own targets; else the only pod, or each namespace that it holds. */
export function targetsIn(objects: KubeObject[], snapshot: Snapshot | undefined, file: string): Ref[] {
  if (snapshot) return snapshot.targets
  const judged = objects.filter(({kind = ''}) => JUDGED.includes(kind) && !(OBJECT_KINDS as readonly string[]).includes(kind))
  const [first, ...others] = judged
  if (!first) throw new ClusterError(`error: ${file} holds no pod and no workload`)
  if (first.kind === 'Pod' && others.length === 0) return [{kind: 'Pod', name: first.metadata?.name ?? '', namespace: first.metadata?.namespace ?? 'default'}]
  return namespacesOf(judged).map(name => ({kind: 'Namespace', name}))
}

/** Where the words of a command line on a file are looked up when no namespace is given. */
export const namespaceIn = (objects: KubeObject[], snapshot: Snapshot | undefined): string =>
  snapshot?.targets.map(({kind, name, namespace}) => kind === 'Namespace' ? name : namespace).find(name => name !== undefined)
  ?? namespacesOf(objects.filter(({kind}) => kind === 'Pod'))[0] ?? 'default'

const namespacesOf = (objects: KubeObject[]) => [...new Set(objects.map(({metadata}) => metadata?.namespace ?? 'default'))].toSorted()
