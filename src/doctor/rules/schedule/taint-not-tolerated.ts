import {evictedFrom} from '../../eviction.js'
import {setBy} from '../../guard.js'
import {wordOf} from '../../fix.js'
import {listed} from '../../report/layout.js'
import {rollBack} from '../../revisions.js'
import {defineRule} from '../../rule.js'
import {placementOf, taintsOf} from '../../scheduling.js'
import {groupWord, schedulerWords, theirWord, tieOf, verb} from '../../scheduling-words.js'
import {removalOf, taintWord, tolerationWord, troubleOf} from '../../taints.js'
import {tolerate} from '../../tolerating.js'

export default defineRule({
  id: 'taint-not-tolerated',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'The nodes that could take the pod have a taint that it does not tolerate',
  explain: `A taint keeps all pods away from a node but those that tolerate it, by its key, its value and its effect. The scheduler's message has not said
which taint it was since 1.35 (and 1.34.2), so it is read from the nodes here. Taints of the node.kubernetes.io family are different: a controller sets them while
something is wrong with the node, and takes them away when it is over. Tolerating those would put the pod onto a node that cannot run it.`,

  * check(patient) {
    const placement = placementOf(patient)
    if (placement?.blame !== 'taint') return
    const {pod, owner} = patient
    const [focus] = placement.nodes.toSorted((a, b) => taintsOf(a).length - taintsOf(b).length)
    const taints = taintsOf(focus!)
    const same = placement.nodes.filter(candidate => taintsOf(candidate).map(taintWord).join() === taints.map(taintWord).join())
    const who = groupWord(patient, placement, same)
    const [words, node] = [listed(taints.map(taintWord)), focus!.node]
    const evidence = [...schedulerWords(patient), ...taints.map(taint => patient.cite(node, `spec.taints[${node.spec!.taints!.indexOf(taint)}]`)), ...patient.citeIfPresent(pod, 'spec.nodeSelector')]
    const trouble = troubleOf(taints[0]!)
    if (trouble) {
      const condition = node.status?.conditions?.findIndex(({type}) => type === trouble.condition)
      yield {
        summary: `${who} ${same.length > 1 ? 'take' : 'takes'} no new pods because of ${trouble.trouble} (taint ${words}), so ${theirWord(patient)} ${verb(patient, 'wait')}.`,
        evidence: [...evidence, ...patient.citeIfPresent(node, `status.conditions[${condition}].message`)],
        fixes: [{action: `${trouble.cure(focus!.name)}; the taint goes away by itself then`}], culprit: {kind: 'Node', name: focus!.name, part: taints[0]!.key}, because: evictedFrom(patient.cluster, pod, focus!.name),
      }
      return
    }
    const {near, missing, change} = tolerate(patient, taints)
    // The controller manager writes the whole list whenever it adds or removes a taint of its own.
    const set = setBy(node, 'spec.taints').replace(/^set by kube-controller-manager.*/, '')
    const wanted = tieOf(patient, placement) !== undefined || near.length > 0 || placement.all.every(candidate => taintsOf(candidate).length > 0)
    const own = listed(near.map(({toleration}) => tolerationWord(toleration)))
    yield {
      summary: `${who} ${same.length > 1 ? 'have' : 'has'} taint ${words}, which ${theirWord(patient)} ${verb(patient, 'do', 'does')} not tolerate${
        near.length > 0 ? `; ${verb(patient, 'they tolerate', 'it tolerates')} ${own}` : ''}.`,
      evidence: [...evidence, ...near.map(({index}) => patient.cite(pod, `spec.tolerations[${index}]`))],
      fixes: [
        {action: `Tolerate ${words} in ${wordOf(owner.ref)}${missing.length === 0 && owner.ref.kind !== 'Pod' ? `, instead of ${own}` : ''}`, ...(wanted && change)},
        ...rollBack(patient, ''),
        {action: `Take the taint from node "${focus!.name}"`, removesGuard: set, commands: [['kubectl', 'taint', 'nodes', focus!.name, ...taints.map(removalOf)]], effect: 'changes-spec'},
      ],
      culprit: {...owner.ref, part: words},
    }
  },
})
