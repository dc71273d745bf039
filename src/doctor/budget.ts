import type {Pod, PodDisruptionBudget} from '../kube/types.js'

/** How a budget says what must stay: `minAvailable 2`, `maxUnavailable 0`. */
export function demandOf({spec}: PodDisruptionBudget): {field: 'minAvailable' | 'maxUnavailable', value: number | string} | undefined {
  const {minAvailable, maxUnavailable} = (spec ?? {}) as {minAvailable?: number | string, maxUnavailable?: number | string}
  return minAvailable !== undefined ? {field: 'minAvailable', value: minAvailable} : maxUnavailable !== undefined ? {field: 'maxUnavailable', value: maxUnavailable} : undefined
}

/** How many of so many pods must be healthy. Percentages are rounded up, both of them (pkg/controller/disruption). */
export function desiredOf({field, value}: {field: 'minAvailable' | 'maxUnavailable', value: number | string}, pods: number): number {
  const percent = /^(\d+)%$/.exec(String(value))?.[1]
  const number = percent === undefined ? Number(value) : Math.ceil(Number(percent) * pods / 100)
  return field === 'minAvailable' ? number : Math.max(0, pods - number)
}

/** The fewest pods of which one may go; undefined where no number helps. */
export const roomyCount = (demand: {field: 'minAvailable' | 'maxUnavailable', value: number | string}, pods: number): number | undefined =>
  Array.from({length: 20}, (_, i) => pods + 1 + i).find(count => desiredOf(demand, count) < count)

export const isHealthy = ({status, metadata}: Pod): boolean =>
  metadata?.deletionTimestamp === undefined && (status?.conditions?.some(({type, status}) => type === 'Ready' && status === 'True') ?? false)
export const isOver = ({status}: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'
