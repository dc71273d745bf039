import {otherNodesWords} from '../../blocked-words.js'
import {editTemplate} from '../../fix.js'
import {selectorWord} from '../../pod-affinity.js'
import {listed} from '../../report/layout.js'
import {rollBack} from '../../revisions.js'
import {defineRule} from '../../rule.js'
import {blockerOf, fitting, isTemplated, placementOf} from '../../scheduling.js'
import {manifestWord, namesOf, schedulerWords, theirWord} from '../../scheduling-words.js'
import {absenceOf} from '../../wanted-neighbours.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'pod-affinity-not-matched',
  phase: 'schedule',
  severity: 'error',
  heals: 'by itself',
  refines: 'unschedulable',
  title: 'The pod must run next to a pod that is on no node',
  explain: `A required pod affinity lets the pod run only where a pod with certain labels has a node already: on the same node, or in the same zone or region, whatever the topologyKey
names. Only pods of the same namespace count, unless the term names others. It is enough that the other pod has been given a node; it need not be ready. Nodes without the topology's label
are never right.`,

  * check(patient) {
    const placement = placementOf(patient)
    if (placement?.blame !== 'pod-affinity') return
    const {pod, owner} = patient
    const terms = placement.nodes.flatMap(candidate => blockerOf(candidate, 'PodAffinity')?.term ?? [])
    const unlabelled = placement.all.every(({node}) => node.metadata?.labels?.[terms[0]!.topologyKey] === undefined)
    const [term] = terms as [typeof terms[number]]
    const words = selectorWord(term.selector)
    const absence = absenceOf(patient, term)
    const edits = absence.meant?.edits ?? []
    const cures = edits.length > 0 && isTemplated(patient, term.path) && fitting(patient, edits).length > 0
    const drop = isTemplated(patient, term.path) ? editTemplate(patient, [{path: term.path, remove: true}]) : undefined
    const fixes: Fix[] = unlabelled ? [{action: `Give the nodes label ${term.topologyKey}, or name another topologyKey in ${manifestWord(patient)}`}] : [
      ...(absence.meant ? [{action: `Ask for ${absence.meant.word} in ${manifestWord(patient)}`, ...(cures && editTemplate(patient, edits))}] : []), ...rollBack(patient, ''),
      {action: `Start the pods with ${words} first${absence.meant ? '' : `, or take the pod affinity out of ${manifestWord(patient)}`}`, ...(!absence.meant && drop)},
    ]
    const where = term.topologyKey === 'kubernetes.io/hostname' ? 'on the same node' : `in the same ${term.topologyKey}`
    yield {
      summary: unlabelled ? `No node has label ${term.topologyKey}, by which the pod affinity of ${theirWord(patient)} asks for the place of the pods with ${words}.`
        : `No pod with ${words} has a node in namespace ${listed(term.namespaces, 'or') || 'of the pod affinity\'s namespaceSelector'}, and ${theirWord(patient)} must run ${where} as one (pod affinity)${absence.words}${
          absence.words === '' && placement.nodes.length === 1 ? `; node ${namesOf(placement.nodes)} would be free` : ''}${absence.meant ? '' : otherNodesWords(placement, 'PodAffinity')}.`,
      evidence: [...schedulerWords(patient), patient.cite(pod, `spec.${term.path}`), ...absence.pods.flatMap(other => [...patient.citeIfPresent(other, 'metadata.labels')])],
      fixes, culprit: {...owner.ref, part: `${words} (pod affinity)`},
    }
  },
})
