import type {V1LabelSelector} from '@kubernetes/client-node'

export type LabelSelector = V1LabelSelector

/** The selector as the API takes it in a query: `app=web,tier in (a,b),!old`. An empty selector selects everything. */
export const formatSelector = ({matchLabels = {}, matchExpressions = []}: LabelSelector): string => [
  ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
  ...matchExpressions.map(({key, operator, values = []}) =>
    operator === 'Exists' ? key : operator === 'DoesNotExist' ? `!${key}` : operator === 'Gt' || operator === 'Lt' ? `${key}${operator === 'Gt' ? '>' : '<'}${values[0]}` : `${key} ${operator.toLowerCase()} (${values.join(',')})`),
].join(',')

/** Whether labels satisfy the selector, as `metav1.LabelSelectorAsSelector` of apimachinery decides it. */
export const matches = ({matchLabels = {}, matchExpressions = []}: LabelSelector, labels: Record<string, string> = {}): boolean =>
  Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
  && matchExpressions.every(({key, operator, values = []}) => {
    const value = labels[key]
    switch (operator) {
      case 'In': return value !== undefined && values.includes(value)
      case 'NotIn': return value === undefined || !values.includes(value)
      case 'Exists': return value !== undefined
      case 'DoesNotExist': return value === undefined
      // Only in selectors that are typed, and only of whole numbers.
      case 'Gt': case 'Lt': return /^-?\d+$/.test(value ?? '') && (operator === 'Gt' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]))
      default: return false
    }
  })
