import type {Pod} from '../kube/types.js'
import type {Cluster} from './cluster.js'
import type {Place} from './node-filters.js'
import {formatSelector, matches, type LabelSelector} from './selector.js'

/** One required term of a pod's affinity or anti-affinity to other pods. */
export interface PodTerm {
  topologyKey: string
  /** Without one, no pod is meant. */
  selector: LabelSelector | undefined
  /** Namespaces that are named; that of the pod itself where neither names nor a selector are given. */
  namespaces: string[]
  namespaceSelector: LabelSelector | undefined
  /** Where it stands in the pod's spec. */
  path: string
}

/** A pod on a node that stands against the pod, and the term that says so (its own, or the pod's). */
export interface Repulsion {
  holder: Pod
  place: Place
  term: PodTerm
}

/** The selector for a sentence: one value is written as a label. */
export const selectorWord = ({matchLabels, matchExpressions = []}: LabelSelector = {}): string => {
  const single = matchExpressions.filter(({operator, values}) => operator === 'In' && values?.length === 1)
  return formatSelector({matchLabels: {...matchLabels, ...Object.fromEntries(single.map(({key, values}) => [key, values![0]!]))},
    matchExpressions: matchExpressions.filter(expression => !single.includes(expression))}) || 'any labels'
}

type Side = 'podAffinity' | 'podAntiAffinity'
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'

export const podTermsOf = ({spec, metadata}: Pick<Pod, 'spec' | 'metadata'>, side: Side): PodTerm[] =>
  (spec?.affinity?.[side]?.[REQUIRED] ?? []).map(({topologyKey, labelSelector, namespaces = [], namespaceSelector}, i) => ({
    topologyKey, selector: labelSelector, namespaceSelector, path: `affinity.${side}.${REQUIRED}[${i}]`,
    namespaces: namespaces.length > 0 || namespaceSelector ? namespaces : [metadata?.namespace ?? 'default'],
  }))

/** Whether the term is about the pod: AffinityTerm.Matches of the scheduler's framework. Undefined where the labels of namespaces decide and nobody could look at them. */
export function covers({selector, namespaces, namespaceSelector}: PodTerm, {metadata}: Pick<Pod, 'metadata'>, cluster: Cluster): boolean | undefined {
  if (!selector || !matches(selector, metadata?.labels)) return false
  const namespace = metadata?.namespace ?? 'default'
  if (namespaces.includes(namespace)) return true
  if (!namespaceSelector) return false
  if (Object.keys(namespaceSelector.matchLabels ?? {}).length === 0 && (namespaceSelector.matchExpressions ?? []).length === 0) return true
  const object = cluster.list('Namespace')?.find(({metadata}) => metadata?.name === namespace)
  return object && matches(namespaceSelector, object.metadata?.labels)
}

/** The pod's relations to all pods that have a node, once for all nodes: what InterPodAffinity counts before it filters (1.34). The key of the maps is a label. */
export interface Neighbours {
  affinity: PodTerm[]
  anti: PodTerm[]
  /** Where pods are that match all terms of the affinity. */
  attracted: Map<string, Pod>
  avoided: Map<string, Repulsion>
  repelled: Map<string, Repulsion>
  /** The first of pods that only want to be together may start anywhere. */
  first: boolean
  /** What nobody could look at may allow the pod everywhere. */
  unknown: boolean
}

const found = new WeakMap<Place[], WeakMap<Pod, Neighbours>>()
const repellent = new WeakMap<Place[], {holder: Pod, place: Place, terms: PodTerm[]}[]>()

export const labelKey = (key: string, value: string): string => `${key}=${value}`

export function neighboursOf(pod: Pod, places: Place[], cluster: Cluster): Neighbours {
  const known = found.get(places) ?? new WeakMap<Pod, Neighbours>()
  found.set(places, known)
  const before = known.get(pod)
  if (before) return before
  const [affinity, anti] = [podTermsOf(pod, 'podAffinity'), podTermsOf(pod, 'podAntiAffinity')]
  const result: Neighbours = {affinity, anti, attracted: new Map(), avoided: new Map(), repelled: new Map(), first: false, unknown: false}
  const note = <T>(map: Map<string, T>, {node}: Place, {topologyKey}: PodTerm, what: T) => {
    const value = node.metadata?.labels?.[topologyKey]
    if (value !== undefined && !map.has(labelKey(topologyKey, value))) map.set(labelKey(topologyKey, value), what)
  }
  if (affinity.length > 0 || anti.length > 0) {
    for (const place of places) {
      for (const holder of place.pods) {
        const attracts = affinity.map(term => covers(term, holder, cluster))
        if (attracts.includes(undefined)) result.unknown = true
        if (attracts.length > 0 && attracts.every(Boolean)) affinity.forEach(term => note(result.attracted, place, term, holder))
        for (const term of anti) if (covers(term, holder, cluster)) note(result.avoided, place, term, {holder, place, term})
      }
    }
    result.first = result.attracted.size === 0 && affinity.every(term => covers(term, pod, cluster))
  }
  for (const {holder, place, terms} of repellents(places)) {
    for (const term of terms) if (covers(term, pod, cluster)) note(result.repelled, place, term, {holder, place, term})
  }
  known.set(pod, result)
  return result
}

/** Pods on nodes that keep others away. */
function repellents(places: Place[]): {holder: Pod, place: Place, terms: PodTerm[]}[] {
  const before = repellent.get(places)
  if (before) return before
  const all = places.flatMap(place => place.pods.flatMap(holder => {
    const terms = podTermsOf(holder, 'podAntiAffinity')
    return terms.length > 0 ? [{holder, place, terms}] : []
  }))
  repellent.set(places, all)
  return all
}

/** The term of the pod's affinity that the node does not satisfy: it lacks the label, or nothing that is wanted is there. */
export function missedAffinity({affinity, attracted, first, unknown}: Neighbours, {node}: Place): PodTerm | undefined {
  const labels = node.metadata?.labels ?? {}
  const unlabelled = affinity.find(({topologyKey}) => labels[topologyKey] === undefined)
  if (unlabelled || first || unknown) return unlabelled
  return affinity.find(({topologyKey}) => !attracted.has(labelKey(topologyKey, labels[topologyKey]!)))
}

/** What stands against the pod on the node: one for each of its own terms. */
export const avoidedOn = ({anti, avoided}: Neighbours, {node}: Place): Repulsion[] => [...new Set(anti.map(({topologyKey}) => topologyKey))].flatMap(key => {
  const value = node.metadata?.labels?.[key]
  return (value === undefined ? undefined : avoided.get(labelKey(key, value))) ?? []
})

/** Pods whose own rule keeps the pod off the node. */
export const repelledOn = ({repelled}: Neighbours, {node}: Place): Repulsion[] => repelled.size === 0 ? []
  : Object.entries(node.metadata?.labels ?? {}).flatMap(([key, value]) => repelled.get(labelKey(key, value)) ?? [])
