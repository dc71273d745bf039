import {defineRule} from '../../rule.js'
import {sandboxError} from '../../sandbox-error.js'
import type {Evidence} from '../../types.js'

/**
 * - host-local (bridge, flannel): `failed to allocate for range 0: no IP addresses available in range set: 10.0.0.1-10.0.0.254`
 * - AWS: `add cmd: failed to assign an IP address to container`; Calico: `No more IPs`, `failed to request IPv4 addresses: Assigned 0 out of 1 requested`
 * - Cilium: `No more IPs available`, `range is full`; Azure: `Failed to allocate address: … No available addresses`
 */
const EXHAUSTED = /no IP addresses available in range set: (\S+)|failed to assign an IP address to container|no more (?:free )?IPs?\b|Assigned 0 out of \d+ requested|range is full|no available (?:addresses|IPs)|all addresses (?:are )?(?:in use|reserved)/i

/** How many addresses a range `a-b` of IPv4 holds. */
function sizeOf(range: string): number | undefined {
  const [first, last] = range.split('-').map(address => address.split('.').reduce<number>((sum, part) => sum * 256 + Number(part), 0))
  return first === undefined || last === undefined || !/^[\d.]+-[\d.]+$/.test(range) ? undefined : last - first + 1
}

export default defineRule({
  id: 'pod-addresses-exhausted',
  phase: 'sandbox',
  severity: 'error',
  heals: 'by itself',
  refines: ['sandbox-not-created', 'network-plugin-failed'],
  title: 'The node has no address left for another pod',
  explain: `Every pod gets an address of its own, and those that the network plugin may give out on this node are all in use. Either the range
is smaller than the number of pods that the node takes (its maxPods), or addresses of pods that are gone were never given back, as after a
crash of the runtime. Fewer pods on the node, or a larger range, help; a pod that waits gets the next address that becomes free.`,

  * check(patient) {
    const error = sandboxError(patient)
    const match = EXHAUSTED.exec(error?.words ?? '')
    if (!error || !match) return
    const range = match[1]?.replace(/[.,;]$/, '')
    const size = range === undefined ? undefined : sizeOf(range)
    const node = patient.find('Node', error.node)
    const held = patient.list('Pod', {fieldSelector: `spec.nodeName=${error.node}`})?.filter(({spec, status}) => spec?.nodeName === error.node && !spec.hostNetwork && status?.podIP && !/^(?:Succeeded|Failed)$/.test(status.phase ?? ''))
    const limit = node?.status?.allocatable?.['pods']
    const evidence: Evidence[] = node ? ['spec.podCIDR', 'status.allocatable.pods'].flatMap(path => patient.citeIfPresent(node, path)) : []
    yield {
      summary: `Node "${error.node}" has no address left for another pod: ${range === undefined ? 'its network plugin has given out all it has' : `all ${size === undefined ? '' : `${size} `}of range ${range} are taken`}${
        held && held.length > 0 && size !== undefined && held.length < size ? `, although only ${held.length} of its pods hold one` : ''}${size !== undefined && limit !== undefined && Number(limit) > size ? `, and the node takes up to ${limit} pods` : ''}.`,
      evidence: [...error.evidence, ...evidence],
      fixes: [{action: `Give node "${error.node}" a larger range of pod addresses, or let it take fewer pods (maxPods of its kubelet)`}],
      culprit: {kind: 'Node', name: error.node, part: 'addresses'},
    }
  },
})
