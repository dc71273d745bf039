import type {Pod} from '../kube/types.js'
import type {Place} from './node-filters.js'
import {matchesNode} from './node-selection.js'
import {matches, type LabelSelector} from './selector.js'
import {untolerated} from './taints.js'

/** A constraint that the pod must keep, and how its pods are spread now. */
export interface Spread {
  /** Its place in `topologySpreadConstraints`. */
  index: number
  topologyKey: string
  maxSkew: number
  minDomains: number | undefined
  /** Pods that count, by the value of the topology's label. Domains of nodes that the pod may not use are left out by the constraint's own policies. */
  domains: Map<string, number>
  /** Whether the pod counts itself. */
  self: boolean
}

/** How the node breaks the constraint: it lacks the label (`domain` is undefined), or one more pod there would be too many. */
export interface Skew {
  spread: Spread
  domain: string | undefined
  /** Pods there now, and in the domain with the fewest. */
  here: number
  fewest: number
}

const found = new WeakMap<Place[], WeakMap<Pod, Spread[]>>()

/** After calPreFilterState of plugins/podtopologyspread in 1.34. Pods that are being deleted do not count. */
export function spreadsOf(pod: Pod, places: Place[]): Spread[] {
  const known = found.get(places) ?? new WeakMap<Pod, Spread[]>()
  found.set(places, known)
  const before = known.get(pod)
  if (before) return before
  const {spec, metadata = {}} = pod
  const hard = (spec?.topologySpreadConstraints ?? []).map((constraint, index) => ({...constraint, index})).filter(({whenUnsatisfiable}) => whenUnsatisfiable === 'DoNotSchedule')
  const keys = hard.map(({topologyKey}) => topologyKey)
  const spreads = hard.map(({index, topologyKey, maxSkew, minDomains, labelSelector, matchLabelKeys = [], nodeAffinityPolicy, nodeTaintsPolicy}): Spread => {
    const selector: LabelSelector | undefined = labelSelector && {...labelSelector, matchExpressions: [...labelSelector.matchExpressions ?? [],
      ...matchLabelKeys.filter(key => metadata.labels?.[key] !== undefined).map(key => ({key, operator: 'In', values: [metadata.labels![key]!]}))]}
    const domains = new Map<string, number>()
    for (const {node, pods} of places) {
      const labels = node.metadata?.labels ?? {}
      if (keys.some(key => labels[key] === undefined)) continue
      if (nodeAffinityPolicy !== 'Ignore' && !matchesNode(spec, node)) continue
      if (nodeTaintsPolicy === 'Honor' && untolerated(node.spec?.taints, spec?.tolerations).length > 0) continue
      const count = !selector ? 0 : pods.filter(other => other.metadata?.namespace === metadata.namespace && other.metadata?.deletionTimestamp === undefined && matches(selector, other.metadata?.labels)).length
      domains.set(labels[topologyKey]!, (domains.get(labels[topologyKey]!) ?? 0) + count)
    }
    return {index, topologyKey, maxSkew, minDomains, domains, self: selector !== undefined && matches(selector, metadata.labels)}
  })
  known.set(pod, spreads)
  return spreads
}

/** The first constraint that the node breaks. */
export function skewOn(spreads: Spread[], {node}: Place): Skew | undefined {
  for (const spread of spreads) {
    const domain = node.metadata?.labels?.[spread.topologyKey]
    const fewest = (spread.minDomains ?? 1) > spread.domains.size ? 0 : Math.min(...spread.domains.values())
    const here = domain === undefined ? 0 : spread.domains.get(domain) ?? 0
    if (domain === undefined || here + Number(spread.self) - fewest > spread.maxSkew) return {spread, domain, here, fewest: Number.isFinite(fewest) ? fewest : 0}
  }
  return undefined
}
