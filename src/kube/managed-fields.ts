import type {FieldOwner} from './types.js'

type Fields = Record<string, unknown>

interface ManagedField {manager?: string, operation?: string, time?: string, subresource?: string, fieldsV1?: Fields, fields?: string[]}

/** What rules need of `managedFields`: who set which fields, and when. Entries that are reduced already stay as they are. */
export function reduceManagedFields(entries: unknown): FieldOwner[] {
  return (Array.isArray(entries) ? entries as ManagedField[] : []).map(({manager = '', operation = '', time, subresource, fieldsV1, fields}) => ({
    manager, operation, ...(time !== undefined && {time}), ...(subresource !== undefined && {subresource}),
    fields: fieldsV1 ? pathsOf(fieldsV1) : fields ?? [],
  }))
}

/** Paths of two segments at most. List items (`k:`, `v:`) are left out, their list is named. */
function pathsOf(fieldsV1: Fields): string[] {
  const names = (of: unknown) => Object.entries((of ?? {}) as Fields).filter(([key]) => key.startsWith('f:'))
  return names(fieldsV1).flatMap(([first, below]) => {
    const inner = names(below)
    return inner.length === 0 ? [first.slice(2)] : inner.map(([second]) => `${first.slice(2)}.${second.slice(2)}`)
  }).toSorted()
}
