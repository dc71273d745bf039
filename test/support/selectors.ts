import type {KubeObject} from '../../src/kube/types.js'

/** A label selector as the API reads it: `app=web,tier!=db,env in (a,b),!canary,partition`. */
export function matchesLabels(selector: string, {metadata}: KubeObject): boolean {
  const labels: Record<string, string> = metadata?.labels ?? {}
  return selector.split(/,(?![^(]*\))/).map(term => term.trim()).filter(term => term !== '').every(term => {
    const [, key = '', not, list = ''] = /^(\S+)\s+(not)?in\s+\((.*)\)$/.exec(term) ?? []
    if (key !== '') return list.split(',').map(word => word.trim()).includes(labels[key] ?? '\0') !== (not !== undefined)
    const [, name = '', operator, value = ''] = /^([^=!]+?)\s*(==?|!=)\s*(.*)$/.exec(term) ?? []
    if (operator) return (labels[name] === value) === (operator !== '!=')
    return term.startsWith('!') ? !(term.slice(1) in labels) : term in labels
  })
}

/** A field selector: `metadata.name=web,status.phase!=Running`. The API knows a few fields of each kind; here all are known. */
export function matchesFields(selector: string, object: KubeObject): boolean {
  return selector.split(',').filter(term => term !== '').every(term => {
    const [, path = '', operator, value] = /^(.*?)(==?|!=)(.*)$/.exec(term) ?? []
    const found = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object) ?? ''
    return (String(found) === value) === (operator !== '!=')
  })
}
