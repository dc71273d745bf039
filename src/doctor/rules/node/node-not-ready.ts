import {timeOf} from '../../cluster.js'
import {isOverdue} from '../../deletion.js'
import {defineRule} from '../../rule.js'

export default defineRule({
  id: 'node-not-ready',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  title: 'The node that the pod runs on is not ready',
  explain: `The node's kubelet has stopped reporting, or reports that it cannot run pods. What the API says about the pods there is then as
old as the last report: they may run or not. Kubernetes marks them as not ready at once, and deletes them after five minutes, so that they are
made again on other nodes; those of a StatefulSet are not made again before the old ones are known to be gone.`,

  * check(patient) {
    const {pod, containers} = patient
    const name = pod.spec?.nodeName
    const ready = patient.condition('Ready')
    // The node controller writes Ready=False and nothing else: the containers stand there as they were last seen.
    const frozen = ready !== undefined && ready.status !== 'True' && containers.every(({role, status}) => role === 'init' || status?.ready)
    if (name === undefined || !(frozen || isOverdue(patient) || (patient.preparing && containers.every(({status}) => !status?.started)))) return
    const node = patient.find('Node', name)
    const index = node?.status?.conditions?.findIndex(({type, status}) => type === 'Ready' && status !== 'True') ?? -1
    const condition = index < 0 ? undefined : node?.status?.conditions?.[index]
    const words = node === undefined && frozen ? patient.events('NodeNotReady').find(event => timeOf(event) >= (ready.since ?? '')) : undefined
    if (!condition && !words) return
    const why = condition?.message?.trim().replace(/\.$/, '')
    yield {
      summary: `Node "${name}" is not ready${condition?.lastTransitionTime === undefined ? '' : ` since ${condition.lastTransitionTime}`}${why ? `: ${why}` : ''}; ${
        frozen ? 'what its pods do is not known' : pod.metadata?.deletionTimestamp !== undefined ? 'its pods cannot be stopped' : 'its pods cannot be started'}.`,
      evidence: [
        ...(node && condition ? ['status', 'reason', 'message', 'lastHeartbeatTime'].flatMap(field => patient.citeIfPresent(node, `status.conditions[${index}].${field}`)) : []),
        ...(words ? [patient.cite(words, 'reason'), ...patient.citeIfPresent(words, 'message')] : []),
        ...(ready && frozen ? [patient.cite(pod, `${ready.path}.status`)] : []),
      ],
      fixes: condition?.status === 'False' ? why?.includes('NetworkReady=false') ? [{action: `Install or repair the network plugin of node "${name}"`}] : []
        : [{action: `Bring the kubelet of node "${name}" back: its machine is off or cut off, or the kubelet has stopped`}],
      culprit: {kind: 'Node', name},
    }
  },
})
