import {otherNodesWords, otherWord} from '../../blocked-words.js'
import {editTemplate, wordOf} from '../../fix.js'
import {ownerOf} from '../../owner.js'
import {labelKey, selectorWord, type Repulsion} from '../../pod-affinity.js'
import {defineRule} from '../../rule.js'
import {blockerOf, placementOf} from '../../scheduling.js'
import {manifestWord, namesOf, schedulerWords, sentence, theirWord} from '../../scheduling-words.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'anti-affinity-of-another',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'Another pod\'s anti-affinity keeps this pod away',
  explain: `A required pod anti-affinity works both ways: a pod that runs already keeps every pod that its rule is about out of its node (or its zone, or region: whatever its
topologyKey names), though nothing stands in the spec of the pod that waits. The scheduler says that there is such a rule and not whose it is, so it is looked for among the pods
of all nodes here.`,

  * check(patient) {
    const placement = placementOf(patient)
    if (placement?.blame !== 'existing-anti-affinity') return
    const {pod, namespace, cluster} = patient
    const [{holder, place, term}] = blockerOf(placement.nodes[0]!, 'ExistingAntiAffinity')!.against as [Repulsion, ...Repulsion[]]
    const others = new Set(placement.nodes.flatMap(candidate => blockerOf(candidate, 'ExistingAntiAffinity')?.against.map(other => other.holder) ?? []))
    const value = place.node.metadata?.labels?.[term.topologyKey] ?? ''
    const host = term.topologyKey === 'kubernetes.io/hostname'
    const labels = selectorWord(term.selector)
    const owner = ownerOf(cluster, holder)
    const index = /\[(\d+)\]$/.exec(term.path)?.[1]
    const change = others.size === 1 || owner.ref.kind !== 'Pod' ? editTemplate({owner, pod: holder}, [{path: `affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[${index}]`, remove: true}]) : undefined
    const theirs = `${wordOf(owner.ref)}${owner.ref.namespace === namespace ? '' : ` of namespace ${owner.ref.namespace}`}`
    const fixes: Fix[] = [
      {action: `Take the anti-affinity to ${labels} out of ${theirs}, or let it be preferred instead of required, if the two may run together${owner.ref.kind === 'Pod' ? '; a pod that runs keeps its rule, so it has to be made anew' : ''}; the scheduler looks again within five minutes`,
        ...(owner.ref.namespace === namespace && change)},
      {action: `Give ${theirWord(patient)} other labels than ${labels} in ${manifestWord(patient)}, or add a node${host ? '' : ` outside of ${labelKey(term.topologyKey, value)}`}`},
    ]
    yield {
      summary: `${sentence(otherWord(holder, namespace))}${owner.ref.kind === 'Pod' ? '' : ` of ${wordOf(owner.ref)}`}${host ? '' : ` on node "${place.name}"`} keeps ${theirWord(patient)} ${
        host ? `off node "${place.name}"` : `out of all of ${labelKey(term.topologyKey, value)}`} by its own anti-affinity to ${labels}${
        others.size > 1 ? `, as ${others.size - 1 === 1 ? 'one other pod does' : `${others.size - 1} other pods do`} (on ${namesOf(placement.nodes)})` : ''}${otherNodesWords(placement, 'ExistingAntiAffinity')}.`,
      evidence: [...schedulerWords(patient), patient.cite(holder, `spec.${term.path}`), patient.cite(holder, 'spec.nodeName'), ...patient.citeIfPresent(pod, 'metadata.labels')],
      fixes, culprit: {...owner.ref, part: labels},
    }
  },
})
