import {defineRule} from '../../rule.js'
import {brokenAgent, pluginErrorIn, sandboxError} from '../../sandbox-error.js'

/** What some plugins leave behind when their own pod has not run on the node, and what it means. */
const NOT_SET_UP: [pattern: RegExp, agent: string][] = [
  [/\/run\/flannel\/subnet\.env: no such file/, 'flannel'],
  [/\/var\/lib\/calico\/nodename: no such file/, 'calico-node'],
  [/\/var\/run\/cilium\/cilium\.sock|unable to connect to Cilium (?:agent|daemon)/i, 'cilium'],
  [/multus.*(?:multus\.sock|kubeconfig).*no such file/i, 'multus'],
  [/127\.0\.0\.1:(?:6784|50051).*connection refused/, 'the network plugin'],
]

/** The network plugin was there, was called, and failed; the words are its own. A plugin that is not there is `network-plugin-missing`, one without addresses `pod-addresses-exhausted`. */
export default defineRule({
  id: 'network-plugin-failed',
  phase: 'sandbox',
  severity: 'error',
  heals: 'never',
  refines: 'sandbox-not-created',
  title: 'The node\'s network plugin fails, so the pod gets no network',
  explain: `For every new pod the container runtime calls the network plugins that the node is configured for (/etc/cni/net.d), and one of them has
failed. It concerns all new pods of that node; those that run go on. Many plugins are only the arm of an agent, a pod of a DaemonSet on the
node: when that one is down or has not started, the plugin fails.`,

  * check(patient) {
    const error = sandboxError(patient)
    const failed = error && pluginErrorIn(error.words)
    if (!error || !failed) return
    const {node} = error
    const {plugin, words} = failed
    const agent = brokenAgent(patient, node)
    const [, absent] = NOT_SET_UP.find(([pattern]) => pattern.test(words)) ?? []
    yield {
      summary: `Network plugin "${plugin}" of node "${node}" fails: ${words}${
        agent ? `; pod "${agent.metadata?.namespace}/${agent.metadata?.name}", which sets up the network of that node, is not ready` : absent ? `; ${absent} has not set up that node` : ''}.`,
      evidence: [...error.evidence, ...(agent ? patient.citeIfPresent(agent, 'status.phase') : [])],
      fixes: agent ? [{action: `Get pod ${agent.metadata?.namespace}/${agent.metadata?.name} to run; new pods get a network again then`}]
        : absent ? [{action: `Get the agent of ${absent} to run on node "${node}"`}] : [{action: `Correct the network configuration of node "${node}" (/etc/cni/net.d) for plugin "${plugin}"`}],
      culprit: {kind: 'Node', name: node, part: words},
    }
  },
})
