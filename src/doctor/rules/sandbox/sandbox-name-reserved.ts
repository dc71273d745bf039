import {defineRule} from '../../rule.js'
import {sandboxError} from '../../sandbox-error.js'

/**
 * - containerd: `failed to reserve sandbox name "web-1_shop_uid_0": name "web-1_shop_uid_0" is reserved for "ID"`
 * - CRI-O: `error reserving pod name k8s_web-1_shop_uid_0 for id …: name is reserved`, `Kubelet may be retrying requests that are timing out in CRI-O due to system load`
 * - the kubelet, whose call took longer than four minutes before: `context deadline exceeded`
 */
const BUSY = /failed to reserve sandbox name|(?:error|failed to) reserv(?:ing|e) pod name|name is reserved|due to system load|^(?:rpc error: code = DeadlineExceeded desc = )?(?:stream terminated|context deadline exceeded)/

export default defineRule({
  id: 'sandbox-name-reserved',
  phase: 'sandbox',
  severity: 'error',
  heals: 'by itself',
  refines: 'sandbox-not-created',
  title: 'The node\'s container runtime hangs in an earlier try to start the pod',
  explain: `The kubelet asked the container runtime for the pod's sandbox and got no answer in time, so it asked again, and the runtime is
still busy with the first request and refuses the second. The runtime is slow (disk, load) or stuck, most often in the network plugin
or in a device. It concerns the node, not this pod; a restart of the runtime ends it, and running containers survive that.`,

  * check(patient) {
    const error = sandboxError(patient)
    if (!error || !BUSY.test(error.words)) return
    const {node} = error
    yield {
      summary: `The container runtime of node "${node}" does not get the pod's sandbox ready in time: ${/reserv|due to system load/.test(error.words) ? 'an earlier try is still under way there and holds its name' : 'the kubelet has waited in vain (context deadline exceeded)'}.`,
      evidence: error.evidence,
      fixes: [{action: `Relieve node "${node}", or restart its container runtime (systemctl restart containerd, or crio): running containers survive that`}],
      culprit: {kind: 'Node', name: node, part: 'busy'},
    }
  },
})
