import type {Container, Kinds, PodSpec} from '../kube/types.js'
import {segmentsOf} from './cite.js'
import {ONE, parseQuantity} from './quantity.js'
import {amountsOf, resourceWord, written, type Amounts} from './resources.js'
import type {Workload} from './workload.js'

type LimitRange = Kinds['LimitRange']
type Lists = {requests?: Record<string, string>, limits?: Record<string, string>}

/** What a container asks for when the API server has filled in what it leaves open. */
export interface Needs {requests: Amounts, limits: Amounts}

/** One bound of a LimitRange that a pod, one of its containers or a claim does not keep. */
export interface Breach {
  range: LimitRange
  /** Where the bound stands in the LimitRange: `spec.limits[0].max.memory`. */
  path: string
  bound: 'min' | 'max' | 'maxLimitRequestRatio'
  enforced: bigint
  resource: string
  /** What does not keep it: a container, the sum of the pod's containers (no name) or a claim. */
  whose: {kind: 'container' | 'claim', name: string} | {kind: 'pod'}
  /** Undefined: nothing is written, and nothing is filled in. */
  request: bigint | undefined
  limit: bigint | undefined
}

export const memberPath = (key: string): string => /^[\w-]+$/.test(key) ? `.${key}` : `["${key}"]`

/** The limits that an item of a LimitRange fills in; the client's types call the field `_default`. */
export const defaultsOf = (item: object): Record<string, string> | undefined => (item as {default?: Record<string, string>}).default

/** A path for evidence as a JSON pointer. */
export const pointerOf = (path: string): string => `/${segmentsOf(path).map(key => key.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`

/** plugin/pkg/admission/limitranger/admission.go: its words for each bound. */
export const BEYOND = /(?:minimum|maximum) \S+ usage per (?:Container|Pod|PersistentVolumeClaim) is |max limit to request ratio per (?:Container|Pod) is /

/**
 * First the API server takes a container's limits for the requests that it does not name, then LimitRanges fill in their
 * defaults: mergeContainerResources of the same file.
 */
export function withDefaults(resources: Lists | undefined, ranges: LimitRange[]): Needs {
  const limits = amountsOf(resources?.limits)
  const requests = new Map([...limits, ...amountsOf(resources?.requests)])
  const fill = (amounts: Amounts, defaults: Record<string, string> | undefined) => amountsOf(defaults).forEach((value, key) => {
    if (!amounts.has(key)) amounts.set(key, value)
  })
  for (const item of ranges.flatMap(({spec}) => spec?.limits ?? []).filter(({type}) => type === 'Container')) {
    fill(limits, defaultsOf(item))
    fill(requests, item.defaultRequest)
  }
  return {requests, limits}
}

/** The bounds that the next pod of the workload, or its claim, would not keep. `undefined`: nobody could look. */
export function breachesOf(workload: Workload): Breach[] | undefined {
  const {template} = workload
  const ranges = workload.list('LimitRange')
  if (!ranges || !template) return undefined
  const subjects = [
    ...[...template.initContainers ?? [], ...template.containers ?? []].map(container =>
      ({type: 'Container', whose: {kind: 'container' as const, name: container.name}, needs: withDefaults(container.resources, ranges)})),
    {type: 'Pod', whose: {kind: 'pod' as const}, needs: needsOfPod(template, ranges)},
    ...claimsOf(workload),
  ]
  return ranges.flatMap(range => (range.spec?.limits ?? []).flatMap((item, i) => subjects.filter(({type}) => type === item.type).flatMap(({whose, needs}) =>
    (['min', 'max', 'maxLimitRequestRatio'] as const).flatMap(bound => [...amountsOf(item[bound])].flatMap(([resource, enforced]): Breach[] => {
      const [request, limit] = [needs.requests.get(resource), needs.limits.get(resource)]
      const kept = keeps(bound, enforced, request, limit, item.type === 'PersistentVolumeClaim')
      return kept ? [] : [{range, path: `spec.limits[${i}].${bound}${memberPath(resource)}`, bound, enforced, resource, whose, request, limit}]
    })))))
}

/** minConstraint, maxConstraint, maxRequestConstraint and limitRequestRatioConstraint of the same file. */
function keeps(bound: Breach['bound'], enforced: bigint, request: bigint | undefined, limit: bigint | undefined, claim: boolean): boolean {
  if (bound === 'min') return request !== undefined && request >= enforced && (limit === undefined || limit >= enforced)
  if (bound === 'max') return claim ? request !== undefined && request <= enforced : limit !== undefined && limit <= enforced && (request === undefined || request <= enforced)
  return !!request && !!limit && limit * ONE <= enforced * request
}

/** A resource that one container leaves open is not counted at all for the pod; init containers count by the largest. */
function needsOfPod(template: PodSpec, ranges: LimitRange[]): Needs {
  const of = (list: keyof Needs) => {
    const amounts = (containers: Container[] | undefined) => (containers ?? []).map(({resources}) => withDefaults(resources, ranges)[list])
    const [main, ...others] = amounts(template.containers)
    const total = new Map([...main ?? []].flatMap(([key, value]) => others.every(other => other.has(key))
      ? [[key, others.reduce((sum, other) => sum + other.get(key)!, value)] as const] : []))
    amounts(template.initContainers).forEach(init => init.forEach((value, key) => {
      if (value > (total.get(key) ?? value)) total.set(key, value)
    }))
    amountsOf(template.resources?.[list]).forEach((value, key) => total.set(key, value))
    return total
  }
  return {requests: of('requests'), limits: of('limits')}
}

/** The claims that a StatefulSet's next pod needs and that do not exist yet. */
function claimsOf(workload: Workload) {
  const {spec} = workload.object as {spec?: {volumeClaimTemplates?: {metadata?: {name?: string}, spec?: {resources?: Lists}}[]}}
  return workload.ref.kind !== 'StatefulSet' ? [] : (spec?.volumeClaimTemplates ?? []).flatMap(({metadata, spec}) => {
    const name = `${metadata?.name}-${workload.ref.name}-${workload.counts.made}`
    return workload.find('PersistentVolumeClaim', name) !== null ? []
      : [{type: 'PersistentVolumeClaim', whose: {kind: 'claim' as const, name}, needs: {requests: amountsOf(spec?.resources?.requests), limits: new Map<string, bigint>()}}]
  })
}

/** What is wrong, as a clause that can follow a colon. */
export function inWords({bound, enforced, resource, whose, request, limit}: Breach): string {
  const who = whose.kind === 'pod' ? 'the pod as a whole' : `${whose.kind} "${whose.name}"`
  const amount = (value: bigint) => `${written(resource, value)} of ${resourceWord(resource)}`
  if (bound === 'maxLimitRequestRatio') {
    const allowed = `a ${resourceWord(resource)} limit of at most ${written('cpu', enforced)} times the request is allowed`
    return `${who} has ${!request || !limit ? `no ${resourceWord(resource)} ${request ? 'limit' : 'request'}, and`
      : `a ${resourceWord(resource)} limit of ${written(resource, limit)} for a request of ${written(resource, request)}, and`} ${allowed}`
  }
  const demand = bound === 'min' ? `at least ${written(resource, enforced)} must be asked for` : `at most ${written(resource, enforced)} is allowed`
  const past = (value: bigint | undefined) => value !== undefined && (bound === 'min' ? value < enforced : value > enforced)
  const said = past(request) && (bound === 'min' || limit === undefined || whose.kind === 'claim') ? `asks for ${amount(request!)}`
    : past(limit) ? `has a limit of ${amount(limit!)}` : past(request) ? `asks for ${amount(request!)}` : `has no ${resourceWord(resource)} ${bound === 'min' ? 'request' : 'limit'}`
  return `${who} ${said}, and ${demand}`
}

/** The amounts with which the container keeps all bounds, as far as they differ from those it has. `undefined`: no amount does. */
export function withinBounds(breaches: Breach[], all: LimitRange[]): {list: keyof Needs, resource: string, value: bigint}[] | undefined {
  const [first] = breaches
  if (!first) return []
  const changes = [...new Set(breaches.map(({resource}) => resource))].map(resource => {
    const {request, limit} = breaches.find(breach => breach.resource === resource)!
    const bounds = all.flatMap(({spec}) => spec?.limits ?? []).filter(({type}) => type === 'Container')
    const values = (bound: Breach['bound']) => bounds.flatMap(item => parseQuantity(item[bound]?.[resource] ?? '')?.value ?? [])
    const [least, most, ratio] = [values('min').sort(by).at(-1) ?? 0n, values('max').sort(by)[0], values('maxLimitRequestRatio').sort(by)[0]]
    const fit = (value: bigint) => value < least ? least : most !== undefined && value > most ? most : value
    let newRequest = fit(request ?? limit ?? least)
    let newLimit = limit === undefined && most === undefined && ratio === undefined ? undefined : fit(limit ?? newRequest)
    if (newLimit !== undefined && newLimit < newRequest) newLimit = newRequest
    // A larger request keeps what the program may use; a smaller limit could kill it.
    if (newLimit !== undefined && ratio !== undefined && newLimit * ONE > ratio * newRequest) newRequest = fit((newLimit * ONE + ratio - 1n) / ratio)
    if (most !== undefined && least > most) return undefined
    return [
      ...(newRequest === request ? [] : [{list: 'requests' as const, resource, value: newRequest}]),
      ...(newLimit === undefined || newLimit === limit ? [] : [{list: 'limits' as const, resource, value: newLimit}]),
    ]
  })
  return changes.every(change => change !== undefined) ? changes.flat() : undefined
}

const by = (a: bigint, b: bigint) => a < b ? -1 : a > b ? 1 : 0
