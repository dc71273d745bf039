import {otherNodesWords} from '../../blocked-words.js'
import {editTemplate} from '../../fix.js'
import {nearMisses, STRONG} from '../../near-miss.js'
import {defineRule} from '../../rule.js'
import {blockerOf, fitting, isTemplated, placementOf} from '../../scheduling.js'
import {groupWord, manifestWord, schedulerWords, theirWord} from '../../scheduling-words.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'topology-label-missing',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'The nodes lack the label over which the pods must be spread',
  explain: `A topology spread constraint with whenUnsatisfiable: DoNotSchedule names a label of nodes, its topologyKey, and the pods may only run on nodes that have that label, whatever its value.
Where the name is misspelt, or nobody has labelled the nodes, no node is left. Clouds label zones as topology.kubernetes.io/zone; racks and the like have to be labelled by
hand.`,

  * check(patient) {
    const placement = placementOf(patient)
    if (placement?.blame !== 'spread') return
    const {pod, owner} = patient
    const skews = placement.nodes.map(candidate => blockerOf(candidate, 'PodTopologySpread')!.skew)
    if (skews.some(({domain}) => domain !== undefined)) return
    const {topologyKey, index} = skews[0]!.spread
    const path = `topologySpreadConstraints[${index}]`
    const owning = placement.all.filter(({node}) => node.metadata?.labels?.[topologyKey] !== undefined)
    const keys = new Set(placement.nodes.flatMap(({node}) => Object.keys(node.metadata?.labels ?? {})))
    const near = nearMisses(topologyKey, keys).find(({score}) => score >= STRONG)?.name ?? [...keys].find(key => key.split('/').at(-1) === topologyKey.split('/').at(-1))
    const rename = near === undefined ? [] : [{path: `${path}.topologyKey`, to: near}]
    const anyway = [{path: `${path}.whenUnsatisfiable`, to: 'ScheduleAnyway'}]
    const change = (edits: typeof anyway) => edits.length > 0 && isTemplated(patient, path) && fitting(patient, edits).length > 0 ? editTemplate(patient, edits) : undefined
    const fixes: Fix[] = [
      ...(near === undefined ? [] : [{action: `Spread over ${near} in ${manifestWord(patient)}`, ...change(rename)}]),
      {action: `Prefer the spread over ${topologyKey} instead of requiring it (whenUnsatisfiable: ScheduleAnyway) in ${manifestWord(patient)}`, ...change(anyway)},
      {action: `Label the nodes with ${topologyKey} and where they are`},
    ]
    yield {
      summary: `${owning.length === 0 ? 'No node has' : `${groupWord(patient, placement, placement.nodes)} ${placement.nodes.length === 1 ? 'has not' : 'have not'}`} label ${topologyKey}, over which ${
        theirWord(patient)} must be spread (topologySpreadConstraints)${near === undefined ? otherNodesWords(placement, 'PodTopologySpread') : `; the nodes have ${near}`}.`,
      evidence: [...schedulerWords(patient), patient.cite(pod, `spec.${path}`), ...placement.nodes.slice(0, 1).flatMap(({node}) => patient.citeIfPresent(node, 'metadata.labels'))],
      fixes, culprit: {...owner.ref, part: topologyKey},
    }
  },
})
