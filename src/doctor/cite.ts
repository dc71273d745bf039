import type {KubeObject} from '../kube/types.js'
import {kindKey} from './kind.js'
import type {Evidence, Ref} from './types.js'

/** Names an object; one of a kind that is not Kubernetes' own with the group of its kind: `Rollout.argoproj.io`. */
export const refOf = ({kind = '', apiVersion, metadata}: KubeObject): Ref => ({
  kind: kindKey(kind, apiVersion), name: metadata?.name ?? '', ...(metadata?.namespace !== undefined && {namespace: metadata.namespace}),
})

/** Equal for names of the same object. */
export const keyOfRef = ({kind, namespace, name}: Ref): string => `${kind} ${namespace ?? ''}/${name}`

/** A rule wanted to quote what is not there: what it would say cannot be shown, so it is not said. */
export class Unquotable extends Error {}

/** Quotes the snapshot. The value is read here, so that evidence cannot say what the snapshot does not. */
export function cite(object: KubeObject, path: string): Evidence {
  const value = valueAt(object, path)
  if (value === undefined) throw new Unquotable(`nothing to cite at ${path} of ${object.kind} ${object.metadata?.name}`)
  return {object: refOf(object), path, value}
}

/** The segments of a path: `spec.containers[0]`, `metadata.labels["app.kubernetes.io/name"]`. */
export const segmentsOf = (path: string): string[] =>
  [...path.matchAll(/\["([^"]+)"\]|([^.[\]]+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')

/** What stands at the path; `undefined` where nothing does. */
export const valueAt = (object: unknown, path: string): unknown =>
  segmentsOf(path).reduce<unknown>((value, segment) => (value as Record<string, unknown> | null | undefined)?.[segment], object)
