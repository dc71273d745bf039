import {setBy} from '../../guard.js'
import {listed} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {fitting, placementOf, taintsOf} from '../../scheduling.js'
import {groupWord, manifestWord, schedulerWords, theirWord, tieOf, verb} from '../../scheduling-words.js'
import {CORDON, taintWord} from '../../taints.js'

export default defineRule({
  id: 'node-cordoned',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'The nodes that could take the pod are cordoned',
  explain: `A cordoned node keeps the pods that it has and takes no new ones. People and upgrades cordon a node before they drain it or work on it, and it stays so
until somebody uncordons it: after an upgrade that was broken off, that is easily forgotten. It is a cause only where the cordoned node would take the pod and no
other would, since every failed scheduling counts all cordoned nodes first.`,

  * check(patient) {
    const placement = placementOf(patient)
    if (placement?.blame !== 'cordoned') return
    const {pod} = patient
    const {nodes} = placement
    const [{name, node}] = nodes as [typeof nodes[number]]
    const taints = listed(taintsOf(nodes[0]!).map(taintWord))
    const [one, taint] = [nodes.length === 1, node.spec?.taints?.findIndex(({key}) => key === CORDON) ?? -1]
    const set = setBy(node, 'spec.unschedulable')
    const since = (node.spec?.taints?.[taint]?.timeAdded as string | undefined)
    const when = set || (since === undefined ? '' : `since ${since}`)
    const tie = tieOf(patient, placement)
    // One entry of the node selector may be all that ties the pod to the cordoned nodes.
    const loose = Object.entries(pod.spec?.nodeSelector ?? {}).map(([key, value]) => ({label: `${key}=${value}`, willing: fitting(patient, [{path: `nodeSelector["${key}"]`, remove: true}])}))
      .find(({willing}) => willing.length > 0)
    yield {
      summary: `${groupWord(patient, placement, nodes)} ${one ? 'is' : 'are'} cordoned${when ? ` (${one ? '' : `"${name}" `}${when})` : ''}${taints ? `, and ${one ? '' : `"${name}" `}has taint ${taints} besides` : ''}, so ${theirWord(patient)} ${verb(patient, 'wait')}.`,
      evidence: [...schedulerWords(patient), ...nodes.slice(0, 3).map(candidate => patient.cite(candidate.node, 'spec.unschedulable')),
        ...(taint < 0 ? [] : [patient.cite(node, `spec.taints[${taint}]`)]), ...patient.citeIfPresent(pod, 'spec.nodeSelector')],
      fixes: [
        {action: loose ? `Wait until the work on node "${name}" is done, or leave ${loose.label} out of the node selector in ${manifestWord(patient)}: ${listed(loose.willing.slice(0, 3))} would take ${verb(patient, 'the pods', 'it')} then`
          : `Wait until the work on node "${name}" is done, or add a node${tie === undefined ? '' : ` with ${tie}`}`},
        {action: `Let node "${name}" take pods again${taints ? `; its taint ${taints} has to be taken away or tolerated, too` : ''}`, commands: [['kubectl', 'uncordon', name]], effect: 'changes-spec', removesGuard: set},
      ],
      culprit: {kind: 'Node', name, part: 'unschedulable'},
    }
  },
})
