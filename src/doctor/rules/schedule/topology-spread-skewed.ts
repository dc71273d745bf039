import {blockedWords, otherNodesWords} from '../../blocked-words.js'
import {editTemplate, type Edit} from '../../fix.js'
import {listed, some} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {blockerOf, fitting, isTemplated, placementOf, type Placement} from '../../scheduling.js'
import {manifestWord, schedulerWords, sentence, theirWord} from '../../scheduling-words.js'
import type {Skew} from '../../topology-spread.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'topology-spread-skewed',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'Another pod would spread the pods too unevenly',
  explain: `A topology spread constraint with whenUnsatisfiable: DoNotSchedule compares the numbers of matching pods in all domains (zones, nodes: whatever the topologyKey names). A domain
may have maxSkew pods more than the emptiest one. Domains count even when all their nodes are tainted, cordoned or full, so one zone that takes no pods stops all others, unless
nodeTaintsPolicy is Honor. Nodes without the label are never right.`,

  * check(patient) {
    const placement = placementOf(patient)
    if (placement?.blame !== 'spread') return
    const {pod, owner} = patient
    const skews = placement.nodes.flatMap(candidate => blockerOf(candidate, 'PodTopologySpread')?.skew ?? []).filter(({domain}) => domain !== undefined)
    const [skew] = skews
    if (!skew) return
    const {topologyKey, maxSkew, index, domains, minDomains} = skew.spread
    const path = `topologySpreadConstraints[${index}]`
    const key = topologyKey === 'kubernetes.io/hostname' ? 'nodes' : topologyKey
    const counts = [...domains].toSorted(([a], [b]) => a < b ? -1 : 1).map(([domain, count]) => `${domain} ${count}`)
    const lacking = (minDomains ?? 1) > domains.size
    yield {
      summary: `${sentence(theirWord(patient))} must be spread evenly over ${key} (maxSkew ${maxSkew}), and now there are: ${some(counts, 6)}; another one in ${listed([...new Set(skews.map(({domain}) => domain!))].slice(0, 4), 'or')
        } would be ${skew.here + Number(skew.spread.self) - skew.fewest} more than ${lacking ? `0, which counts because minDomains is ${minDomains} and there are ${domains.size}` : 'in the emptiest'}${lacking ? '' : emptyWords(placement, skew)}.`,
      evidence: [...schedulerWords(patient), patient.cite(pod, `spec.${path}`), ...placement.nodes.slice(0, 2).flatMap(({node}) => patient.citeIfPresent(node, `metadata.labels["${topologyKey}"]`))],
      fixes: fixesFor(patient, path, skew), culprit: {...owner.ref, part: `spread over ${topologyKey}`},
    }
  },
})

/** Why the emptiest domains do not take the pod. */
function emptyWords(placement: Placement, {spread: {topologyKey, domains}, fewest}: Skew): string {
  const empty = placement.all.filter(({node}) => domains.get(node.metadata?.labels?.[topologyKey] ?? '') === fewest)
  const nodes = empty.filter(candidate => !placement.nodes.includes(candidate))
  return nodes.length > 0 ? `, where ${blockedWords(nodes)}` : otherNodesWords(placement, 'PodTopologySpread')
}

function fixesFor(patient: Parameters<typeof placementOf>[0], path: string, {here, spread, fewest}: Skew): Fix[] {
  const manifest = manifestWord(patient)
  const change = (edits: Edit[]) => isTemplated(patient, path) && fitting(patient, edits).length > 0 ? editTemplate(patient, edits) : undefined
  const honor: Edit[] = [{path: `${path}.nodeTaintsPolicy`, to: 'Honor'}]
  return [
    ...(fitting(patient, honor).length > 0 ? [{action: `Leave nodes with taints that the pods do not tolerate out of the count (nodeTaintsPolicy: Honor) in ${manifest}`, ...change(honor)}] : []),
    {action: `Prefer the even spread instead of requiring it (whenUnsatisfiable: ScheduleAnyway) in ${manifest}, or let maxSkew be ${here + Number(spread.self) - fewest}`, ...change([{path: `${path}.whenUnsatisfiable`, to: 'ScheduleAnyway'}])},
  ]
}
