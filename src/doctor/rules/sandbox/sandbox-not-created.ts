import {defineRule} from '../../rule.js'
import {sandboxError} from '../../sandbox-error.js'
import {silentlyWithoutSandbox} from '../../silent-sandbox.js'
import {age} from '../../triage.js'

export default defineRule({
  id: 'sandbox-not-created',
  phase: 'sandbox',
  severity: 'error',
  heals: 'never',
  title: 'The pod gets no sandbox: its network or its runtime fails',
  explain: `Before the first container, the runtime makes the pod's sandbox: it has the network plugin give the pod an address, and
starts the pause container. That fails here, so the pod stays in ContainerCreating. The fault is nearly always the node's: its network plugin,
its runtime, or addresses that have run out. The kubelet tries again for ever.`,

  * check(patient) {
    const error = sandboxError(patient)
    const condition = patient.condition('PodReadyToStartContainers')
    if (!error && condition?.since !== undefined && silentlyWithoutSandbox(patient)) {
      const {nodeName = '', hostNetwork} = patient.pod.spec ?? {}
      yield {
        summary: `Node "${nodeName}" has made no sandbox for the pod for ${age(condition.since, patient.cluster.now)}, although its volumes and images are there: ${hostNetwork ? 'the runtime of the node fails' : 'the network plugin or the runtime of the node fails'}; nobody has written down why.`,
        evidence: [patient.cite(patient.pod, `${condition.path}.status`), patient.cite(patient.pod, `${condition.path}.lastTransitionTime`)],
        fixes: [], culprit: {kind: 'Node', name: nodeName, part: 'sandbox'}, likely: true,
      }
    }
    if (!error) return
    const {node, words, evidence} = error
    yield {
      summary: `Node "${node}" cannot make the pod's sandbox${words ? `: ${words.replace(/\.$/, '')}` : ''}.`,
      evidence,
      fixes: [],
      culprit: {kind: 'Node', name: node, part: words},
    }
  },
})
