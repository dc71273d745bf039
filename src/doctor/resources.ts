import type {Pod} from '../kube/types.js'
import {ceil, formatQuantity, ONE, parseQuantity} from './quantity.js'

/** Amounts by the name of the resource, in billionths of its unit (a core, a byte, a device). */
export type Amounts = Map<string, bigint>

/** CPU is counted in thousandths, all else in whole units. */
const grainOf = (resource: string): bigint => resource === 'cpu' ? ONE / 1000n : ONE

/** A list of the API (`requests`, `allocatable`). What is no quantity is left out. */
export function amountsOf(list: Record<string, unknown> | undefined): Amounts {
  const amounts: Amounts = new Map()
  for (const [resource, text] of Object.entries(list ?? {})) {
    const quantity = parseQuantity(String(text))
    if (quantity) amounts.set(resource, quantity.value)
  }
  return amounts
}

/** The amounts as the scheduler counts them: what is finer than its grain is rounded up. */
export const counted = (amounts: Amounts): Amounts =>
  new Map([...amounts].map(([resource, amount]) => [resource, ceil(amount, grainOf(resource)) * grainOf(resource)]))

const add = (to: Amounts, from: Amounts): void => from.forEach((amount, resource) => to.set(resource, (to.get(resource) ?? 0n) + amount))
const raise = (to: Amounts, from: Amounts): void => from.forEach((amount, resource) => {
  if (amount > (to.get(resource) ?? -1n)) to.set(resource, amount)
})

/** Of all resources, those that can be asked for by the pod as a whole (pod-level resources, on by default since 1.34). */
const OF_POD = /^(?:cpu|memory|hugepages-.+)$/

/**
 * What the scheduler reserves for the pod: the sum of its containers and sidecars, or more where an init container, together
 * with the sidecars started before it, needs more; what the pod as a whole asks for stands instead; then the overhead of its
 * RuntimeClass. After PodRequests in component-helpers/resource/helpers.go of 1.34. What a container that is being resized holds
 * already counts where it is more.
 */
export function requestsOf({spec, status}: Pick<Pod, 'spec' | 'status'>): Amounts {
  const infeasible = status?.conditions?.find(({type}) => type === 'PodResizePending')?.reason === 'Infeasible'
  const statuses = new Map([...status?.containerStatuses ?? [], ...status?.initContainerStatuses ?? []].map(status => [status.name, status]))
  const wanted = (name: string, requests: Record<string, unknown> | undefined) => {
    const {resources, allocatedResources} = statuses.get(name) ?? {}
    const amounts = amountsOf(resources && infeasible ? resources.requests : requests)
    if (resources) [resources.requests, allocatedResources].forEach(held => raise(amounts, amountsOf(held)))
    return amounts
  }
  const total: Amounts = new Map()
  for (const {name, resources} of spec?.containers ?? []) add(total, wanted(name, resources?.requests))
  const [sidecars, widest]: [Amounts, Amounts] = [new Map(), new Map()]
  for (const {name, resources, restartPolicy} of spec?.initContainers ?? []) {
    if (restartPolicy === 'Always') {
      const own = wanted(name, resources?.requests)
      add(total, own)
      add(sidecars, own)
      raise(widest, sidecars)
    } else {
      const own = amountsOf(resources?.requests)
      add(own, sidecars)
      raise(widest, own)
    }
  }
  raise(total, widest)
  amountsOf(spec?.resources?.requests).forEach((amount, resource) => {
    if (OF_POD.test(resource)) total.set(resource, amount)
  })
  add(total, amountsOf(spec?.overhead))
  return counted(total)
}

/** Devices and huge pages: whole numbers, and what is asked for must equal the limit. */
export const isExtended = (resource: string): boolean => (resource.includes('/') && !/(?:^|\.)kubernetes\.io\//.test(resource)) || resource.startsWith('hugepages-')

export const resourceWord = (resource: string): string => resource === 'cpu' ? 'CPU' : resource === 'ephemeral-storage' ? 'ephemeral storage' : resource

/** Resources that are counted in bytes. */
const isBytes = (resource: string): boolean => /^(?:memory|storage|ephemeral-storage|hugepages-.+)$/.test(resource)

/** The amount as one writes it: `1500m`, `64Mi`, `2`. */
export const written = (resource: string, amount: bigint): string => formatQuantity({value: amount, format: isBytes(resource) ? 'BinarySI' : 'DecimalSI'})

/** The amount for a sentence, rounded down where it would be a long row of digits: `23.4Gi`. */
export function readable(resource: string, amount: bigint): string {
  const exact = written(resource, amount)
  if (!isBytes(resource) || exact.length < 7) return exact
  const [unit, size] = amount >= 10n * GI ? ['Gi', GI] as const : amount >= MI ? ['Mi', MI] as const : ['Ki', 1024n * ONE] as const
  const tenths = amount * 10n / size
  return unit === 'Gi' && tenths % 10n !== 0n ? `${tenths / 10n}.${tenths % 10n}Gi` : `${tenths / 10n}${unit}`
}

const MI = 1024n * 1024n * ONE
const GI = 1024n * MI
/** Thousandths of a core that people write. */
const STEPS = [500n, 100n, 50n, 10n, 5n, 1n]

/** The largest number up to the amount that a person would write: less by no more than an eighth. */
export function rounded(resource: string, amount: bigint): bigint {
  if (resource === 'cpu') {
    const milli = amount / grainOf('cpu')
    const step = STEPS.find(step => step * 8n <= milli) ?? 1n
    return milli / step * step * grainOf('cpu')
  }
  if (!isBytes(resource)) return amount / ONE * ONE
  if (amount < 16n * MI) return amount
  let step = MI
  while (step * 32n <= amount) step *= 2n
  return amount / step * step
}
