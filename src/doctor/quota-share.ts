import type {Kinds, PodSpec} from '../kube/types.js'
import {withDefaults} from './limit-range.js'
import {ONE, parseQuantity} from './quantity.js'
import {rounded} from './resources.js'
import type {Setting} from './set-resources.js'
import type {Workload} from './workload.js'

type Quota = Kinds['ResourceQuota']

/** What a quota makes every container say. */
const DEMANDED = /^(?:(requests|limits)\.)?(cpu|memory)$/

/** A request or limit that a quota counts and a container does not have, also not by default. */
export interface Unsaid {
  container: string
  /** As the quota counts it: `limits.cpu`. */
  key: string
  list: 'requests' | 'limits'
  resource: string
  /** What the container asks for: a limit cannot be less. */
  least: bigint
}

export function unsaid(template: PodSpec, {spec, status}: Quota, ranges: Kinds['LimitRange'][]): Unsaid[] {
  const demands = Object.keys(status?.hard ?? spec?.hard ?? {}).flatMap(key => {
    const [, list = 'requests', resource] = DEMANDED.exec(key) ?? []
    return resource === undefined ? [] : [{key, list: list as Unsaid['list'], resource}]
  })
  return [...template.initContainers ?? [], ...template.containers ?? []].flatMap(({name, resources}) => {
    const needs = withDefaults(resources, ranges)
    return demands.filter(({list, resource}) => !needs[list].has(resource)).map(demand => ({container: name, least: needs.requests.get(demand.resource) ?? 0n, ...demand}))
  })
}

/** What a program is given that has not said what it needs, where the quota has room for it. */
const MODEST: Record<string, bigint> = {cpu: ONE / 2n, memory: 256n * 1024n * 1024n * ONE}

/** Amounts for them with which all pods of the workload fit in the quota: no more than a modest program needs; 0 where there is no room. */
export function sharesOf(workload: Workload, {spec, status}: Quota, missing: Unsaid[]): Setting[] {
  const pods = BigInt(Math.max(1, workload.counts.wanted))
  return missing.map(({container, key, list, resource, least}) => {
    const [hard, used] = [status?.hard?.[key] ?? spec?.hard?.[key] ?? '', status?.used?.[key] ?? '0'].map(text => parseQuantity(text)?.value ?? 0n)
    const own = (hard! - used!) / (pods * BigInt(missing.filter(other => other.key === key).length))
    const value = own < MODEST[resource]! ? own : MODEST[resource]!
    return {container, list, resource, value: value <= 0n ? 0n : value < least ? least : rounded(resource, value)}
  })
}
