import {defineRule} from '../../rule.js'
import {brokenAgent, sandboxError} from '../../sandbox-error.js'

/** From libcni (containernetworking/cni, pkg/invoke/find.go), the same in all runtimes: `failed to find plugin "calico" in path [/opt/cni/bin]`. */
const MISSING = /failed to find plugin "([^"]+)" in path \[([^\]]*)\]/

export default defineRule({
  id: 'network-plugin-missing',
  phase: 'sandbox',
  severity: 'error',
  heals: 'never',
  refines: ['sandbox-not-created', 'network-plugin-failed'],
  title: 'The network plugin that the node is configured for is not installed',
  explain: `The node's network configuration (/etc/cni/net.d) names plugins, which are programs in a folder of the node (usually
/opt/cni/bin). One of them is not there. The network's own DaemonSet normally copies its program there as it starts, so its pod on this node has not run, or
the configuration is left over from another network, or the basic plugins (bridge, loopback, portmap) were never installed.`,

  * check(patient) {
    const error = sandboxError(patient)
    const [, plugin, paths = ''] = MISSING.exec(error?.words ?? '') ?? []
    if (!error || plugin === undefined) return
    const {node} = error
    const agent = brokenAgent(patient, node)
    yield {
      summary: `Network plugin "${plugin}" is not installed on node "${node}" (it is not in ${paths}), so no pod gets a network there${
        agent ? `; pod "${agent.metadata?.namespace}/${agent.metadata?.name}", which sets up the network of that node, is not ready` : ''}.`,
      evidence: [...error.evidence, ...(agent ? patient.citeIfPresent(agent, 'status.phase') : [])],
      fixes: [{action: agent ? `Get pod ${agent.metadata?.namespace}/${agent.metadata?.name} to run; it puts the plugin there`
        : `Install plugin "${plugin}" into ${paths} on node "${node}", or take it out of the configuration in /etc/cni/net.d there`}],
      culprit: {kind: 'Node', name: node, part: plugin},
    }
  },
})
