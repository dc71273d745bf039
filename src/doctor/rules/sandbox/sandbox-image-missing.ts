import {defineRule} from '../../rule.js'
import {pullTrouble, sandboxError} from '../../sandbox-error.js'

/**
 * - containerd: `failed to get sandbox image "registry.k8s.io/pause:3.10": failed to pull image …: <why>`; 2.x `failed to start sandbox "id": failed to get sandbox image …`
 * - CRI-O: `error creating pod sandbox with name …: initializing source docker://registry.k8s.io/pause:3.9: <why>`
 * - dockershim: `failed pulling image "k8s.gcr.io/pause:3.1": <why>`
 */
const IMAGE = /failed to get sandbox image "([^"]+)": (.*)|failed pulling image "([^"]*pause[^"]*)": (.*)|initializing source docker:\/\/(\S*pause\S*): (.*)/

export default defineRule({
  id: 'sandbox-image-missing',
  phase: 'sandbox',
  severity: 'error',
  heals: 'by itself',
  refines: 'sandbox-not-created',
  title: 'The node cannot get the image that holds every pod together',
  explain: `Each pod has a small container that holds its network, made of the "pause" image. The container runtime pulls it
by itself when the node does not have it, without any pull secret of the pod. On a node that cannot reach the internet it has to be loaded beforehand, or the runtime
be told to take it from another registry (sandbox_image in containerd's configuration).`,

  * check(patient) {
    const error = sandboxError(patient)
    const match = IMAGE.exec(error?.words ?? '')
    if (!error || !match) return
    const [image = '', why = ''] = [match[1] ?? match[3] ?? match[5], match[2] ?? match[4] ?? match[6]]
    yield {
      summary: `Node "${error.node}" cannot get sandbox image "${image}", which every pod needs: ${pullTrouble(why).replace(/\.$/, '')}.`,
      evidence: error.evidence,
      fixes: [{action: `Load ${image} onto node "${error.node}" (ctr -n k8s.io images import), or let its container runtime take the sandbox image from a registry that it reaches (sandbox_image)`}],
      culprit: {kind: 'Node', name: error.node, part: image},
    }
  },
})
