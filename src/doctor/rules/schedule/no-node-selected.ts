import type {DaemonSet} from '../../../kube/types.js'
import {editTemplate, wordOf} from '../../fix.js'
import {labelsFor, mismatchOf, missingWords} from '../../label-mismatch.js'
import {matchesNode} from '../../node-selection.js'
import type {Patient} from '../../patient.js'
import {listed, some} from '../../report/layout.js'
import {defineWellWorkloadRule} from '../../rule.js'
import type {Candidate, Placement} from '../../scheduling.js'
import {daemonTaints, taintWord} from '../../taints.js'

export default defineWellWorkloadRule({
  id: 'no-node-selected',
  judges: 'well workload',
  phase: 'schedule',
  severity: 'warning',
  heals: 'never',
  title: 'A DaemonSet has no pods because it selects no node',
  explain: `A DaemonSet wants one pod on each node that its node selector and affinity match and whose taints it tolerates. If there is no such
node it wants none, has none, and looks complete: 0 of 0. Where nodes of that kind come and go this is as it should be; else the label is
misspelt, or no node was given it.`,

  * check(workload) {
    const {object, owner, template, templated, templatePath, ref} = workload
    const {status} = object as DaemonSet
    if (ref.kind !== 'DaemonSet' || !template || status?.desiredNumberScheduled !== 0 || (status.observedGeneration ?? 0) < (object.metadata?.generation ?? 0)) return
    const nodes = workload.list('Node', {})
    if (!nodes?.length) return
    const all = nodes.map(node => ({node, name: node.metadata?.name ?? '', blockers: []}) as unknown as Candidate)
    const selected = nodes.filter(node => matchesNode(template, node))
    const count = workload.cite(object, 'status.desiredNumberScheduled')
    const mismatch = selected.length > 0 ? undefined : mismatchOf({pod: {spec: template}} as Patient, {all} as Placement)
    if (mismatch) {
      const {missing, instead} = missingWords(mismatch, {all} as Placement)
      const {meant, unmet} = mismatch
      const edits = meant.every(Boolean) ? meant.flatMap(one => one!.edits) : []
      const labels = labelsFor(mismatch.way, mismatch.node)
      const alone = all.length === 1 ? all[0] : undefined
      yield {
        summary: `No node has ${missing}, which the pods of ${wordOf(ref)} ask for, so it has no pods${instead}.`,
        evidence: [count, ...unmet.flatMap(({path}) => workload.citeIfPresent(templated, `${templatePath}.${path}`))],
        fixes: edits.length > 0 ? [{action: `Ask for ${listed(meant.map(one => one!.word))} in ${wordOf(ref)}`, ...editTemplate({owner}, edits)}]
        : labels ? [{action: `Label the nodes that shall run it${alone ? '' : `: ${listed(labels)}`}`, ...(alone && {commands: [['kubectl', 'label', 'nodes', alone.name, ...labels]], effect: 'changes-spec' as const})}] : [],
        culprit: {...ref, part: 'nodes'},
      }
      return
    }
    const kept = selected.map(node => ({name: node.metadata?.name ?? '', taints: daemonTaints(node, template)}))
    if (kept.length === 0 || kept.some(({taints}) => taints.length === 0)) return
    const taints = [...new Set(kept.flatMap(({taints}) => taints.map(taintWord)))]
    const {key, effect} = kept[0]!.taints[0]!
    const toleration = {key, operator: 'Exists', effect}
    yield {
      summary: `DaemonSet "${ref.name}" has no pods: it does not tolerate ${listed(taints)}, which ${some(kept.map(({name}) => name), 4)} ${kept.length === 1 ? 'has' : 'have'}.`,
      evidence: [count, ...selected.slice(0, 1).map(node => workload.cite(node, 'spec.taints')), ...workload.citeIfPresent(templated, `${templatePath}.tolerations`)],
      fixes: taints.length === 1 ? [{action: `Let the pods of ${wordOf(ref)} tolerate ${taints[0]}`, ...editTemplate({owner}, [{path: 'tolerations', ...(template.tolerations ? {append: toleration} : {to: [toleration]})}])}] : [],
      culprit: {...ref, part: 'nodes'},
    }
  },
})
