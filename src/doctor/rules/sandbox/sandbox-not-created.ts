import {timeOf} from '../../cluster.js'
import {defineRule} from '../../rule.js'

/** What the kubelet and the runtime put before the reason (pkg/kubelet/kuberuntime/kuberuntime_sandbox.go; containerd, all versions). */
const PREFIX = /^Failed to create pod sandbox: (?:rpc error: code = \w+ desc = )?(?:failed to (?:create containerd task|start sandbox container task "[^"]*"): )?/
/** Sandboxes have a new id at each try. */
const SANDBOX = / (?:for sandbox )?"?[0-9a-f]{64}"?/g

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
    const {pod} = patient
    const network = patient.condition('PodReadyToStartContainers')
    // Once there is a sandbox, older failures are over: the pod waits for something else.
    if (!patient.preparing || network?.status === 'True' || pod.status?.podIP) return
    const since = patient.condition('PodScheduled')?.since ?? ''
    const [event] = patient.events('FailedCreatePodSandBox', 'NetworkNotReady').filter(event => timeOf(event) >= since)
    if (!event) return
    const node = pod.spec?.nodeName ?? ''
    const words = (event.message ?? '').replace(PREFIX, '').replaceAll(SANDBOX, ' ').replaceAll(/\s+/g, ' ').replaceAll(' :', ':').trim()
    yield {
      summary: `Node "${node}" cannot make the pod's sandbox${words ? `: ${words.replace(/\.$/, '')}` : ''}.`,
      evidence: [patient.cite(event, 'reason'), ...patient.citeIfPresent(event, 'message')],
      fixes: [],
      culprit: {kind: 'Node', name: node, part: words},
    }
  },
})
