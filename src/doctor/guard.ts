import type {FieldOwner, KubeObject} from '../kube/types.js'

/**
 * Who last wrote one of the fields, as far as `managedFields` say: `set by kubectl-create on 2026-11-21T03:36:37Z`. Empty where
 * nobody knows. Fields are written with two segments at most: `spec.hard`, `metadata.labels`.
 */
export function setBy(object: KubeObject, ...fields: string[]): string {
  const entries = object.metadata?.managedFields
  const written = (Array.isArray(entries) ? entries : [])
    .filter(({subresource, fields: own = []}) => subresource === undefined && own.some(field => fields.some(wanted => field === wanted || field.startsWith(`${wanted}.`))))
    .reduce<FieldOwner | undefined>((last, entry) => last && (last.time ?? '') > (entry.time ?? '') ? last : entry, undefined)
  return typeof written?.manager !== 'string' ? '' : `set by ${written.manager}${typeof written.time === 'string' ? ` on ${written.time}` : ''}`
}
