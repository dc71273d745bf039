import {blame, failingProbes} from '../../failing-probe.js'
import {editTemplate} from '../../fix.js'
import {PROBES} from '../../probes.js'
import {defineRule} from '../../rule.js'

/** Loopback names and addresses. Any other host may be meant: the pod's own address is what the kubelet takes when there is none. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1|\[::1\])$/

/** The kubelet connects from the node's network (pkg/probe/http, tcp), so that `host: 127.0.0.1` is the node, and never the pod. */
export default defineRule({
  id: 'probe-asks-node',
  phase: 'ready',
  severity: 'error',
  heals: 'never',
  refines: ['probe-failing', 'probe-killed', 'probe-wrong-port', 'probe-loopback-only', 'probe-too-early', 'probe-path-missing'],
  title: 'A probe names localhost as its host, which is the node and not the pod',
  explain: `The kubelet makes HTTP and TCP probes itself, from the node. Without a host it asks the address of the pod, which is nearly always what is meant. With the host
localhost or 127.0.0.1 it asks the node: there mostly nobody listens on that port, or another program does, which answers for a pod that it does not know. A
virtual host belongs into the header Host (httpHeaders), not into host.`,

  * check(patient) {
    const {pod} = patient
    if (pod.spec?.hostNetwork) return
    for (const failing of failingProbes(patient)) {
      const {container: {editPath, specPath, spec}, field, probe} = failing
      const kind = probe.httpGet ? 'httpGet' : 'tcpSocket'
      const host = probe[kind]?.host
      if (host === undefined || !LOOPBACK.test(host)) continue
      const alike = PROBES.filter(field => (spec[field]?.[kind]?.host) === host)
      const change = editTemplate(patient, alike.map(field => ({path: `${editPath}.${field}.${kind}.host`, remove: true})))
      yield blame(patient, failing, {
        got: `asks host ${host}: for the kubelet that is node "${pod.spec?.nodeName ?? ''}" itself, not the pod.`,
        evidence: [patient.cite(pod, `${specPath}.${field}.${kind}.host`)],
        fixes: [{action: `Leave out host ${host}, so that the kubelet asks the pod's own address`, ...change}],
      })
    }
  },
})
