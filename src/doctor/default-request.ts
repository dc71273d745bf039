import type {Patient} from './patient.js'
import {amountsOf, resourceWord, written} from './resources.js'
import type {Evidence, Fix} from './types.js'

const LIMIT_RANGER = 'metadata.annotations["kubernetes.io/limit-ranger"]'

/**
 * The containers whose request the namespace's LimitRange has filled in, as nobody finds it in the manifest. Admission writes down what it added (plugin/pkg/admission/limitranger):
 * `LimitRanger plugin set: cpu, memory request for container web; memory limit for container web`.
 */
export function defaultRequest(patient: Patient, resource: string): {words: string, evidence: Evidence[], fixes: Fix[]} | undefined {
  const {pod, namespace} = patient
  const parts = (pod.metadata?.annotations?.['kubernetes.io/limit-ranger'] ?? '').replace(/^LimitRanger plugin set: /, '').split('; ')
  const filled = parts.flatMap(part => {
    const [, resources = '', name] = /^(.+) request for (?:init )?container (\S+)$/.exec(part) ?? []
    return name !== undefined && resources.split(', ').includes(resource) ? [name] : []
  })
  const most = (pod.spec?.containers ?? []).map(({name, resources}) => ({name, amount: amountsOf(resources?.requests).get(resource) ?? 0n})).toSorted((a, b) => Number(b.amount - a.amount))[0]
  if (!most || !filled.includes(most.name)) return undefined
  const found = patient.list('LimitRange')?.flatMap(range => (range.spec?.limits ?? []).flatMap((item, i) => {
    const lists = item as {default?: Record<string, string>, defaultRequest?: Record<string, string>}
    const field = (['defaultRequest', 'default'] as const).find(field => amountsOf(lists[field]).get(resource) === most.amount)
    return item.type === 'Container' && field ? [{range, path: `spec.limits[${i}].${field}${/^\w+$/.test(resource) ? `.${resource}` : `["${resource}"]`}`}] : []
  }))[0]
  const by = found ? `LimitRange "${found.range.metadata?.name}"` : `a LimitRange of namespace "${namespace}"`
  return {
    words: `; ${by} gives ${written(resource, most.amount)} to container "${most.name}", which names no ${resourceWord(resource)} request`,
    evidence: [patient.cite(pod, LIMIT_RANGER), ...(found ? [patient.cite(found.range, found.path)] : [])],
    fixes: [{action: `Give container "${most.name}" a ${resourceWord(resource)} request of its own, or lower what ${by} fills in`}],
  }
}
