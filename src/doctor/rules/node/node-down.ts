import {troublesOf} from '../../node-words.js'
import {defineObjectRule} from '../../rule.js'

/** The condition Ready is the kubelet's word (False: something on the node fails) or the node controller's (Unknown: the kubelet is silent). */
export default defineObjectRule({
  id: 'node-down',
  phase: 'node',
  judges: 'Node',
  severity: 'error',
  heals: 'never',
  title: 'The node is not ready',
  explain: `A node that is not ready gets no new pods, and those that are there count as not ready, whatever they do. When it is so for five
minutes, they are deleted and made again on other nodes. Either its kubelet reports what is wrong (the container runtime, the pod network), or the kubelet itself
is silent: then the machine is off, cut off, or its kubelet has stopped.`,

  * check(subject) {
    const {object: node, cluster} = subject
    const trouble = troublesOf(node).find(({type}) => type === 'Ready')
    if (!trouble) return
    const pods = cluster.list('Pod', {fieldSelector: `spec.nodeName=${subject.ref.name}`})
    const count = pods?.filter(({spec, status}) => spec?.nodeName === subject.ref.name && !/^(?:Succeeded|Failed)$/.test(status?.phase ?? '')).length
    yield {
      summary: `Node "${subject.ref.name}" ${trouble.words}${trouble.since === undefined ? '' : `; it is not ready since ${trouble.since}`}${count ? `, with ${count} pod${count === 1 ? '' : 's'} on it` : ''}.`,
      evidence: ['status', 'reason', 'message', 'lastHeartbeatTime', 'lastTransitionTime'].flatMap(field => subject.citeIfPresent(node, `${trouble.path}.${field}`)),
      fixes: [{action: trouble.cure}],
      culprit: {kind: 'Node', name: subject.ref.name},
    }
  },
})
