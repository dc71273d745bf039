import {isSibling, otherNodesWords, otherWord} from '../../blocked-words.js'
import {editTemplate, wordOf} from '../../fix.js'
import {headcount, isOldPod, oldPodFirst, scaleToFit} from '../../make-way.js'
import {selectorWord} from '../../pod-affinity.js'
import {listed, some} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {blockerOf, isTemplated, placementOf} from '../../scheduling.js'
import {manifestWord, namesOf, schedulerWords, sentence, theirWord, verb} from '../../scheduling-words.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'anti-affinity-own',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'The pod\'s own anti-affinity keeps it off every node that could take it',
  explain: `A required pod anti-affinity forbids the pod to share a node (or a zone: whatever the topologyKey names) with pods of some labels. Where those are the labels of the
workload itself, it can have no more pods than there are such nodes or zones that take pods at all; cordoned and tainted ones do not. A rolling update needs one place
more, unless it may stop an old pod first. A preferred anti-affinity spreads the pods as far as it can and runs the rest anyway.`,

  * check(patient) {
    const placement = placementOf(patient)
    if (placement?.blame !== 'anti-affinity') return
    const {pod, namespace, owner} = patient
    const against = placement.nodes.flatMap(candidate => (blockerOf(candidate, 'PodAntiAffinity')?.against ?? []).map(repulsion => ({...repulsion, on: candidate.name})))
    const {term} = against[0]!
    const holders = against.filter(({holder, term: {path}}, i) => path === term.path && against.findIndex(other => other.holder === holder) === i)
    const siblings = holders.filter(({holder}) => isSibling(patient, holder))
    const old = holders.find(({holder}) => isOldPod(patient, holder))
    const scope = term.topologyKey === 'kubernetes.io/hostname' ? 'node' : term.topologyKey
    const domains = [...new Set(placement.nodes.map(({node}) => node.metadata?.labels?.[term.topologyKey] ?? ''))]
    const places = scope === 'node' ? `${placement.nodes.length === 1 ? 'node' : 'nodes'} ${namesOf(placement.nodes)}` : some(domains, 4)
    const one = placement.nodes.length === 1 || (scope !== 'node' && domains.length === 1) ? 'has one' : 'have one each'
    const {placed, waiting} = headcount(patient)
    const rule = `anti-affinity to ${selectorWord(term.selector)} over ${term.topologyKey}`
    const preferred = {weight: 100, podAffinityTerm: pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.[Number(/\[(\d+)\]$/.exec(term.path)?.[1])]}
    const change = isTemplated(patient, term.path) ? editTemplate(patient, [{path: term.path, remove: true}, {path: 'affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution', append: preferred}]) : undefined
    const fixes: Fix[] = [
      ...(old ? oldPodFirst(patient, old.on) : siblings.length === holders.length ? scaleToFit(patient, siblings.length) : []),
      {action: `Prefer that the pods are apart, instead of requiring it, in ${manifestWord(patient)}`, ...change},
      {action: `Add a ${scope === 'node' ? 'node' : `node in another ${scope}`} that may take ${theirWord(patient)}`},
    ]
    const same = old ? `A new pod of ${wordOf(owner.ref)} may not share a ${scope} with the old ones, which go only when it is ready: ${places} ${one} (${rule})`
      : `${placed + waiting === 2 ? `The 2 pods of ${wordOf(owner.ref)} may not` : `No two of the ${placed + waiting} pods of ${wordOf(owner.ref)} may`} share a ${scope} (${rule}), and there is room for ${placed}: ${places} ${one}`
    const other = `${theirWord(patient)} may not share a ${scope} with ${listed(holders.slice(0, 3).map(({holder, place}) => `${otherWord(holder, namespace)} on "${place.name}"`))}${
      holders.length > 3 ? ` and ${holders.length - 3} more` : ''} (${rule})`
    yield {
      summary: `${sentence(siblings.length === holders.length ? same : other)}${siblings.length === holders.length ? '' : `, and ${verb(patient, 'find', 'finds')} no other place`}${otherNodesWords(placement, 'PodAntiAffinity')}.`,
      evidence: [...schedulerWords(patient), patient.cite(pod, `spec.${term.path}`), ...holders.slice(0, 3).flatMap(({holder}) => [patient.cite(holder, 'spec.nodeName'), ...patient.citeIfPresent(holder, 'metadata.labels')])],
      fixes, culprit: {...owner.ref, part: rule},
    }
  },
})
