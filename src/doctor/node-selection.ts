import type {Node, PodSpec} from '../kube/types.js'

/** One thing that the pod asks of its node's labels (or, with `field`, of its name). */
export interface Requirement {
  key: string
  operator: string
  values: string[]
  /** `matchFields`: the key is `metadata.name`. */
  field?: true
  /** Where it stands in a pod's spec. For an entry of nodeSelector its value, else the expression. */
  path: string
}

const AFFINITY = 'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution'

/** All of these must hold. */
export const selectorOf = (spec: PodSpec | undefined): Requirement[] => Object.entries(spec?.nodeSelector ?? {})
  .map(([key, value]) => ({key, operator: 'In', values: [value], path: `nodeSelector["${key}"]`}))

/** All of one of these lists must hold; undefined where the pod has no required node affinity. Empty terms select nothing. */
export const termsOf = (spec: PodSpec | undefined): Requirement[][] | undefined =>
  spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.map(({matchExpressions, matchFields}, i) => [
    ...(matchExpressions ?? []).map(({key, operator, values}, k) => ({key, operator, values: values ?? [], path: `${AFFINITY}.nodeSelectorTerms[${i}].matchExpressions[${k}]`})),
    ...(matchFields ?? []).map(({key, operator, values}, k) => ({key, operator, values: values ?? [], field: true as const, path: `${AFFINITY}.nodeSelectorTerms[${i}].matchFields[${k}]`})),
  ])

/** Each way in which a node can be right: the node selector together with one of the terms. */
export const waysOf = (spec: PodSpec | undefined): Requirement[][] =>
  (termsOf(spec)?.filter(term => term.length > 0) ?? [[]]).map(term => [...selectorOf(spec), ...term])

/** What the node has there: the label's value or, for a field, its name. */
export const valueOf = ({key, field}: Requirement, {metadata}: Node): string | undefined =>
  field ? (key === 'metadata.name' ? metadata?.name : undefined) : metadata?.labels?.[key]

/** After labels.Requirement.Matches of apimachinery; fields know only `In` and `NotIn` with one value. What the API would refuse matches nothing. */
export function fulfils(requirement: Requirement, node: Node): boolean {
  const {operator, values, field} = requirement
  const value = valueOf(requirement, node)
  if (field && values.length !== 1) return false
  switch (operator) {
    case 'In': return value !== undefined && values.includes(value)
    case 'NotIn': return values.length > 0 && (value === undefined || !values.includes(value))
    case 'Exists': return !field && value !== undefined
    case 'DoesNotExist': return !field && value === undefined
    case 'Gt': case 'Lt': {
      const [a, b] = [integer(value), integer(values.length === 1 ? values[0] : undefined)]
      return !field && a !== undefined && b !== undefined && (operator === 'Gt' ? a > b : a < b)
    }
    default: return false
  }
}

/** A whole number of 64 bits. Without a sign: that would be no label's value. */
function integer(text: string | undefined): bigint | undefined {
  const value = text !== undefined && /^\d{1,40}$/.test(text) ? BigInt(text) : undefined
  return value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined
}

/** Whether the pod's node selector and required node affinity allow the node: the scheduler's filter NodeAffinity. */
export const matchesNode = (spec: PodSpec | undefined, node: Node): boolean =>
  waysOf(spec).some(way => way.every(requirement => fulfils(requirement, node)))

/** The requirement in words: `disktype=ssd`, `zone in (a, b)`, `no label spot`. */
export function requirementWord({key, operator, values, field}: Requirement): string {
  const name = field ? 'name' : key
  switch (operator) {
    case 'In': return values.length === 1 ? `${name}=${values[0]}` : `${name} in (${values.join(', ')})`
    case 'NotIn': return values.length === 1 ? `${name} other than ${values[0]}` : `${name} not in (${values.join(', ')})`
    case 'Exists': return name
    case 'DoesNotExist': return `no ${name}`
    case 'Gt': return `${name} above ${values[0]}`
    case 'Lt': return `${name} below ${values[0]}`
    default: return `${name} ${operator} ${values.join(', ')}`
  }
}
