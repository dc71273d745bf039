import {refOf} from '../../cite.js'
import {editTemplate} from '../../fix.js'
import {labelsFor, mismatchOf, missingWords, otherWays} from '../../label-mismatch.js'
import {requirementWord} from '../../node-selection.js'
import {listed} from '../../report/layout.js'
import {rollBack} from '../../revisions.js'
import {classThatAsks} from '../../runtime-class-nodes.js'
import {defineRule} from '../../rule.js'
import {fitting, isTemplated, placementOf} from '../../scheduling.js'
import {manifestWord, schedulerWords, theirWord, verb} from '../../scheduling-words.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'node-affinity-not-matched',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'No node has the labels that the pod asks for',
  explain: `The pod's node selector, or its required node affinity, names labels that its node must have, and no node has them all: most often because
one side is misspelt, or because the label was never given to a node. Every entry of a node selector must be there, with exactly that value. Of the terms of a node
affinity one is enough, but within a term all expressions must hold.`,

  * check(patient) {
    const placement = placementOf(patient)
    const mismatch = placement?.blame === 'node-affinity' ? mismatchOf(patient, placement) : undefined
    if (!placement || !mismatch) return
    const {pod, owner} = patient
    const {unmet, meant, node: {node}} = mismatch
    const byClass = classThatAsks(patient, unmet)
    const {missing, instead} = missingWords(mismatch, placement)
    const here = manifestWord(patient)
    const edits = meant.every(Boolean) ? meant.flatMap(one => one!.edits) : []
    const cures = edits.length > 0 && !byClass && unmet.every(({path}) => isTemplated(patient, path)) && fitting(patient, edits).length > 0
    const change = cures ? editTemplate(patient, edits) : undefined
    const fixes: Fix[] = edits.length > 0 ? [{action: `Ask for ${listed(meant.map(one => one!.word))} in ${byClass ? `RuntimeClass "${byClass.metadata?.name}" (scheduling.nodeSelector), and make the pods anew` : here}`, ...change}] : []
    const willing = placement.all.filter(({blockers}) => blockers.length === 1)
    const labels = willing.length === 1 ? labelsFor(mismatch.way, willing[0]!) : undefined
    if (labels) {
      const commands = [['kubectl', 'label', 'nodes', willing[0]!.name, ...labels]]
      fixes.push({action: `Label node "${willing[0]!.name}", if it is the right one: it would take ${theirWord(patient)}`, commands, effect: 'changes-spec'})
    }
    if (fixes.length === 0) fixes.push({action: otherWays(mismatch, willing, byClass ? `RuntimeClass "${byClass.metadata?.name}"` : here)})
    yield {
      summary: unmet[0]!.field ? `Node "${unmet[0]!.values[0] ?? ''}", which ${theirWord(patient)} ${verb(patient, 'ask')} for by name, does not exist${instead}.`
        : byClass ? `No node has ${missing}, which RuntimeClass "${byClass.metadata?.name}" of ${theirWord(patient)} asks for (scheduling.nodeSelector)${instead}.`
        : `No node has ${missing}, which ${theirWord(patient)} ${verb(patient, 'ask')} for${instead}.`,
      evidence: [...schedulerWords(patient), ...unmet.map(({path}) => patient.cite(pod, `spec.${path}`)),
        ...(byClass ? [patient.cite(pod, 'spec.runtimeClassName'), ...unmet.map(({key}) => patient.cite(byClass, `scheduling.nodeSelector["${key}"]`))] : []),
        ...meant.flatMap((one, i) => patient.citeIfPresent(node, `metadata.labels["${one?.key ?? unmet[i]!.key}"]`))],
      fixes: [...fixes, ...rollBack(patient, '')],
      culprit: {...(byClass ? refOf(byClass) : owner.ref), part: listed(unmet.map(requirementWord))},
    }
  },
})
