import type {Event, Kind, Kinds, KubeObject} from '../kube/types.js'
import {cite, refOf, valueAt} from './cite.js'
import {isNamespaced, type Cluster, type ListQuery} from './cluster.js'
import type {Evidence, Ref} from './types.js'

/** What rules may do with whatever they judge: look things up in its namespace, and quote. */
export class Subject<T extends KubeObject = KubeObject> {
  readonly ref: Ref
  readonly namespace: string

  constructor(readonly cluster: Cluster, readonly object: T) {
    this.ref = refOf(object)
    this.namespace = this.ref.namespace ?? 'default'
  }

  /** The named object; `null`: there is none; `undefined`: nobody could look. Only `null` may accuse. */
  find<K extends Kind>(kind: K, name: string, namespace = this.namespace): Kinds[K] | null | undefined {
    return this.cluster.find(kind, name, namespace)
  }

  /** A complete list, by default of this namespace; `undefined`: nobody could look. */
  list<K extends Kind>(kind: K, query: ListQuery = {namespace: this.namespace}): Kinds[K][] | undefined {
    return this.cluster.list(kind, query)
  }

  /** Events about the subject, newest first: those with one of the reasons. */
  events(...reasons: string[]): Event[] {
    return this.cluster.events(this.ref).filter(({reason = ''}) => reasons.length === 0 || reasons.includes(reason))
  }

  cite(object: KubeObject, path: string): Evidence {
    return cite(object, path)
  }

  /** Quotes where the object says it, and nothing where it does not: for evidence that helps but is not the proof. */
  citeIfPresent(object: KubeObject, path: string): Evidence[] {
    return valueAt(object, path) === undefined ? [] : [this.cite(object, path)]
  }

  /** Throws unless the absence is known: a rule cannot claim what nobody has seen. */
  citeAbsence(kind: Kind, name: string, namespace = this.namespace): Evidence {
    if (this.find(kind, name, namespace) !== null) throw new Error(`${kind} ${name} is not known to be absent`)
    return {object: {kind, name, ...(isNamespaced(kind) && {namespace})}, absent: true}
  }
}
