import type {Kinds, PodSpec} from '../kube/types.js'
import {formatQuantity, parseQuantity, type Quantity} from './quantity.js'
import {amountsOf, requestsOf, type Amounts} from './resources.js'
import type {Workload} from './workload.js'

/** One resource of a quota that does not suffice. Amounts in billionths of its unit. */
export interface Tight {
  /** As the quota counts it: `requests.cpu`, `limits.memory`, `pods`. */
  resource: string
  asked: bigint
  used: bigint
  hard: bigint
  format: Quantity['format']
}

/** A quota that has no room for what a workload needs next. */
export interface Shortage {
  quota: string
  /** Undefined where nobody could look: the numbers are then those of the words. */
  object: Kinds['ResourceQuota'] | undefined
  /** Empty for a pod; else the name of a StatefulSet's claim. */
  claim: string
  tight: Tight[]
}

/** apiserver/pkg/admission/plugin/resourcequota/controller.go: `exceeded quota: q, requested: cpu=1,pods=1, used: cpu=2,pods=3, limited: cpu=2,pods=3`. */
export const EXCEEDED = /(?:persistentvolumeclaims "([^"]+)" is forbidden: )?exceeded quota: (\S+), requested: (\S+), used: (\S+), limited: (\S+)/

/** What the words say, with the numbers as they are now. `null`: there is room by now, or the quota is gone. */
export function shortageIn(workload: Workload, [, claim = '', quota = '', ...lists]: RegExpExecArray): Shortage | null {
  const object = workload.find('ResourceQuota', quota)
  if (object === null) return null
  const [asked, used, hard] = lists.map(list => new Map((list ?? '').split(',').map(pair => [pair.slice(0, pair.lastIndexOf('=')), pair.slice(pair.lastIndexOf('=') + 1)])))
  const now = object?.status?.hard ? object.status : undefined
  const tight = [...asked ?? []].flatMap(([resource, text]) => tightIn(resource, parseQuantity(text),
    now ? now.used?.[resource] : used?.get(resource), now ? now.hard?.[resource] : hard?.get(resource)))
  return tight.length > 0 ? {quota, object, claim, tight} : null
}

/** The quota that refuses the next pod (or its claim), computed from what the quotas count: for when the words are gone. */
export function shortageOf(workload: Workload): Shortage | undefined {
  const {template} = workload
  if (!template) return undefined
  const needs = [...claimsOf(workload), {claim: '', asked: countedFor(template)}]
  for (const object of workload.list('ResourceQuota') ?? []) {
    for (const {claim, asked} of needs) {
      if (claim === '' && !covers(object, template)) continue
      const tight = [...asked].flatMap(([resource, quantity]) => tightIn(resource, quantity, object.status?.used?.[resource], object.status?.hard?.[resource]))
      if (tight.length > 0) return {quota: object.metadata?.name ?? '', object, claim, tight}
    }
  }
  return undefined
}

function tightIn(resource: string, asked: Quantity | undefined, usedText = '0', hardText: string | undefined): Tight[] {
  const [used, hard] = [parseQuantity(usedText), parseQuantity(hardText ?? '')]
  return asked && used && hard && used.value + asked.value > hard.value ? [{resource, asked: asked.value, used: used.value, hard: hard.value, format: asked.format}] : []
}

/** How many more of them fit. */
export const roomIn = ({tight}: Shortage): number =>
  Math.min(...tight.map(({asked, used, hard}) => asked <= 0n || hard <= used ? 0 : Number((hard - used) / asked)))

/** An amount of a resource that the quota counts, as one writes it. */
export const amount = ({format}: Tight, value: bigint): string => formatQuantity({value, format})

/** What a quota counts for one pod: pkg/quota/v1/evaluator/core/pods.go, podComputeUsageHelper. What a LimitRange would add is not known. */
function countedFor(template: PodSpec): Map<string, Quantity> {
  const counted = new Map<string, Quantity>(['pods', 'count/pods'].map(name => [name, {value: 1_000_000_000n, format: 'DecimalSI'}]))
  const enter = (amounts: Amounts, prefix: string) => amounts.forEach((value, resource) => {
    const format = /^(?:memory|ephemeral-storage|hugepages-.*)$/.test(resource) ? 'BinarySI' as const : 'DecimalSI' as const
    counted.set(`${prefix}.${resource}`, {value, format})
    if (prefix === 'requests' && /^(?:cpu|memory|ephemeral-storage|hugepages-.*)$/.test(resource)) counted.set(resource, {value, format})
  })
  enter(requestsOf({spec: withRequests(template, ({requests, limits}) => ({...limits, ...requests}))}), 'requests')
  enter(requestsOf({spec: withRequests(template, ({limits}) => limits)}), 'limits')
  return counted
}

type Lists = {requests?: Record<string, string>, limits?: Record<string, string>}

function withRequests(template: PodSpec, requests: (lists: Lists) => Record<string, string> | undefined): PodSpec {
  const of = <T extends {resources?: Lists}>(holder: T): T => ({...holder, resources: {requests: requests(holder.resources ?? {}) ?? {}}})
  return {...template, containers: (template.containers ?? []).map(of), ...(template.initContainers && {initContainers: template.initContainers.map(of)})}
}

/** Whether the quota counts the pod at all: podMatchesScopeFunc of the same file. A scope that is not known counts as no. */
export function covers({spec}: Kinds['ResourceQuota'], template: PodSpec): boolean {
  const bestEffort = (template.containers ?? []).every(({resources}) => amountsOf({...resources?.requests, ...resources?.limits}).size === 0)
  const own = template.priorityClassName ?? ''
  const expressions = [...(spec?.scopes ?? []).map(scopeName => ({scopeName, operator: 'Exists', values: [] as string[]})), ...spec?.scopeSelector?.matchExpressions ?? []]
  return expressions.every(({scopeName, operator, values = []}) => {
    switch (scopeName) {
      case 'Terminating': return template.activeDeadlineSeconds !== undefined
      case 'NotTerminating': return template.activeDeadlineSeconds === undefined
      case 'BestEffort': return bestEffort
      case 'NotBestEffort': return !bestEffort
      case 'PriorityClass': return operator === 'In' ? values.includes(own) : operator === 'NotIn' ? !values.includes(own) : (operator === 'Exists') === (own !== '')
      default: return false
    }
  })
}

/** The claims that a StatefulSet's next pod needs and that do not exist yet. */
function claimsOf(workload: Workload): {claim: string, asked: Map<string, Quantity>}[] {
  const {spec} = workload.object as {spec?: {volumeClaimTemplates?: {metadata?: {name?: string}, spec?: {resources?: Lists, storageClassName?: string}}[]}}
  if (workload.ref.kind !== 'StatefulSet') return []
  return (spec?.volumeClaimTemplates ?? []).flatMap(({metadata, spec}) => {
    const claim = `${metadata?.name}-${workload.ref.name}-${workload.counts.made}`
    const storage = parseQuantity(spec?.resources?.requests?.['storage'] ?? '')
    if (!storage || metadata?.name === undefined || workload.find('PersistentVolumeClaim', claim) !== null) return []
    const one: Quantity = {value: 1_000_000_000n, format: 'DecimalSI'}
    const ofClass = spec?.storageClassName ? `${spec.storageClassName}.storageclass.storage.k8s.io/` : undefined
    return [{claim, asked: new Map<string, Quantity>([
      ...['', ...(ofClass === undefined ? [] : [ofClass])].flatMap((prefix): [string, Quantity][] => [[`${prefix}requests.storage`, storage], [`${prefix}persistentvolumeclaims`, one]]),
      ['count/persistentvolumeclaims', one],
    ])}]
  })
}

/** What the hard limit must be for so many more of them. */
export const needed = ({asked, used}: Tight, more: number): bigint => used + asked * BigInt(more)

/** What each of so many pods may ask for, when the pods that exist ask for as much as the refused one. */
export const share = ({asked, used, hard}: Tight, wanted: number, made: number): bigint => {
  const free = hard - used + asked * BigInt(made)
  return free <= 0n || wanted === 0 ? 0n : free / BigInt(wanted)
}
