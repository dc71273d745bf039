import type {V1Taint, V1Toleration} from '@kubernetes/client-node'
import type {Node, PodSpec, Wire} from '../kube/types.js'
import {scoreOf, STRONG} from './near-miss.js'

export type Taint = Wire<V1Taint>
export type Toleration = Wire<V1Toleration>

/** The taint that goes with a cordon, and goes with it. */
export const CORDON = 'node.kubernetes.io/unschedulable'

/** As kubectl writes it: `dedicated=gpu:NoSchedule`. */
export const taintWord = ({key, value, effect}: Taint): string => `${key}${value ? `=${value}` : ''}:${effect}`

/** After ToleratesTaint in api/core/v1/toleration.go: an empty key or effect stands for all of them. */
export const tolerates = ({key, operator, value, effect}: Toleration, taint: Taint): boolean =>
  (!effect || effect === taint.effect) && (!key || key === taint.key)
  && (operator === 'Exists' || ((!operator || operator === 'Equal') && (value ?? '') === (taint.value ?? '')))

/** The taints that keep a pod with these tolerations away. `PreferNoSchedule` keeps nobody away. */
export const untolerated = (taints: Taint[] | undefined, tolerations: Toleration[] | undefined): Taint[] =>
  (taints ?? []).filter(taint => (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !tolerations?.some(toleration => tolerates(toleration, taint)))

/** Pods of DaemonSets tolerate these by themselves: AddOrUpdateDaemonPodTolerations in pkg/controller/daemon/util. */
const OF_DAEMONS = /^node\.kubernetes\.io\/(?:not-ready|unreachable|disk-pressure|memory-pressure|pid-pressure|unschedulable|network-unavailable)$/

/** The taints of the node that keep the pods of a DaemonSet away. */
export const daemonTaints = ({spec}: Node, template: PodSpec): Taint[] => untolerated(spec?.taints, template.tolerations).filter(({key}) => !OF_DAEMONS.test(key))

/** Taints that a controller sets while something is wrong with the node, in words that follow "because of", and what to do about it. They are no wish of anybody to keep pods away. */
const TROUBLES: [key: RegExp, trouble: string, cure: (node: string) => string, condition?: string][] = [
  [/^node\.kubernetes\.io\/not-ready$/, 'a kubelet that is not ready', node => `Let the kubelet of node "${node}" become ready again: its condition Ready says what it lacks`, 'Ready'],
  [/^node\.kubernetes\.io\/unreachable$/, 'a kubelet that does not report any more', node => `Bring node "${node}" back: its kubelet is down or cannot reach the API server`, 'Ready'],
  [/^node\.kubernetes\.io\/disk-pressure$/, 'disk pressure', node => `Free disk space on node "${node}"`, 'DiskPressure'],
  [/^node\.kubernetes\.io\/memory-pressure$/, 'memory pressure', node => `Free memory on node "${node}"`, 'MemoryPressure'],
  [/^node\.kubernetes\.io\/pid-pressure$/, 'too many processes', node => `End processes on node "${node}"`, 'PIDPressure'],
  [/^node\.kubernetes\.io\/network-unavailable$/, 'a network that is not set up yet', node => `Let the network plugin set up node "${node}"`, 'NetworkUnavailable'],
  [/^node\.kubernetes\.io\/out-of-service$/, 'being out of service', node => `Repair node "${node}", or replace it`],
  [/^node\.cloudprovider\.kubernetes\.io\/shutdown$/, 'being shut down', node => `Start the machine of node "${node}"`],
  [/^node\.cloudprovider\.kubernetes\.io\/uninitialized$/, 'a cloud controller that has not set it up yet', node => `Let the cloud-controller-manager set up node "${node}": see whether it runs`],
  [/^(?:ToBeDeletedByClusterAutoscaler|karpenter\.sh\/(?:disrupted|disruption))$/, 'its removal by the autoscaler', node => `Wait for the node that replaces "${node}"`],
  [/(?:^|[/-])(?:agent-not-ready|not-ready|unregistered|startup)$/, 'an agent that has not set it up yet', node => `Let the agent set up node "${node}" that takes this taint away: see whether its pod runs there`],
]

export interface Trouble {
  trouble: string
  cure: (node: string) => string
  /** The condition of the node that goes with the taint. */
  condition?: string
}

/** What is wrong with the node, where the taint says that; undefined for a taint that keeps pods away on purpose. */
export function troubleOf({key}: Taint): Trouble | undefined {
  const [, trouble, cure, condition] = TROUBLES.find(([pattern]) => pattern.test(key)) ?? []
  return trouble === undefined || cure === undefined ? undefined : {trouble, cure, ...(condition !== undefined && {condition})}
}

/** A toleration that was meant for the taint and misses it, and what it would have to be. */
export interface NearToleration {
  /** Its place among the pod's. */
  index: number
  toleration: Toleration
  wanted: Toleration
}

/**
 * The toleration that nearly tolerates the taint: its key or value is misspelt, it names no value where the taint has one, or it is for
 * the other effect. A toleration of the same key with quite another value is meant for other nodes.
 */
export function nearToleration(tolerations: Toleration[] | undefined, taint: Taint): NearToleration | undefined {
  if (troubleOf(taint)) return undefined
  const like = (a: string, b: string) => a === b || scoreOf(b, a) >= STRONG
  for (const [index, toleration] of (tolerations ?? []).entries()) {
    const {key = '', operator, value = '', effect} = toleration
    const exists = operator === 'Exists'
    if (key === '' || !like(key, taint.key) || !(exists || value === '' || like(value, taint.value ?? ''))) continue
    const wanted: Toleration = {...toleration, key: taint.key, ...(!exists && taint.value && {value: taint.value}), ...(effect && {effect: taint.effect})}
    if (tolerates(wanted, taint)) return {index, toleration, wanted}
  }
  return undefined
}

/** The toleration of exactly this taint. */
export const tolerationOf = ({key, value, effect}: Taint): Toleration =>
  value ? {key, operator: 'Equal', value, effect} : {key, operator: 'Exists', effect}

/** What `kubectl taint nodes` takes to remove it. A key without a value goes with all its effects. */
export const removalOf = ({key, value, effect}: Taint): string => value ? `${key}=${value}:${effect}-` : `${key}-`

export const tolerationWord = ({key, operator, value, effect}: Toleration): string =>
  `${key || 'every taint'}${operator === 'Exists' ? '' : `=${value ?? ''}`}${effect ? `:${effect}` : ''}`
