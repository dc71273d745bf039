import {tolerationWord, taintWord, troubleOf, untolerated} from '../../taints.js'
import {defineRule} from '../../rule.js'
import type {Evidence} from '../../types.js'

/** pkg/controller/tainteviction: condition DisruptionTarget with reason DeletionByTaintManager, and the event `TaintManagerEviction: Marking for deletion Pod ns/p`. */
export default defineRule({
  id: 'taint-evicted',
  phase: 'node',
  severity: 'error',
  heals: 'by itself',
  refines: 'pod-rejected',
  title: 'The pod is being deleted because its node got a taint that it does not tolerate',
  explain: `A taint with effect NoExecute drives out the pods that run on a node and do not tolerate it. Somebody sets it to clear a node; the node
controller sets two of its own when a node is not ready or does not report, and most pods tolerate these for five minutes. Pods with a controller are made again on other nodes.`,

  * check(patient) {
    const {pod} = patient
    const condition = patient.condition('DisruptionTarget')
    const name = pod.spec?.nodeName ?? ''
    if (condition?.status !== 'True' || condition.reason !== 'DeletionByTaintManager') return
    const node = patient.find('Node', name)
    // A toleration that has run out is as good as none.
    const lasting = pod.spec?.tolerations?.filter(({tolerationSeconds}) => tolerationSeconds === undefined)
    const taints = untolerated(node?.spec?.taints?.filter(({effect}) => effect === 'NoExecute'), lasting)
    const trouble = taints.map(taint => troubleOf(taint)).find(Boolean)
    const timed = pod.spec?.tolerations?.find(({key, tolerationSeconds}) => tolerationSeconds !== undefined && taints.some(taint => taint.key === key))
    const evidence: Evidence[] = node ? taints.map(taint => patient.cite(node, `spec.taints[${node.spec?.taints?.indexOf(taint)}]`)) : []
    yield {
      summary: `Pod "${patient.ref.name}" is driven from node "${name}" ${taints.length > 0 ? `by taint ${taints.map(taintWord).join(', ')}` : 'by a taint with effect NoExecute'}${trouble ? `, set because of ${trouble.trouble}` : ', which it does not tolerate'}${
        timed && !trouble ? ` any longer (${tolerationWord(timed)} for ${timed.tolerationSeconds}s)` : ''}.`,
      evidence: [patient.cite(pod, `${condition.path}.reason`), ...patient.citeIfPresent(pod, `${condition.path}.message`), ...evidence],
      fixes: trouble ? [{action: trouble.cure(name)}] : [],
      culprit: {kind: 'Node', name, part: 'taint'},
    }
  },
})
