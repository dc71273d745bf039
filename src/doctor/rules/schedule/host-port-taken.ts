import {isSibling, otherNodesWords, otherWord, ownerWord} from '../../blocked-words.js'
import {isOldPod, oldPodFirst, scaleToFit} from '../../make-way.js'
import {hostPortsOf} from '../../node-filters.js'
import {listed} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {blockerOf, placementOf} from '../../scheduling.js'
import {manifestWord, namesOf, schedulerWords, theirWord, verb} from '../../scheduling-words.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'host-port-taken',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'The host port that the pod wants is taken on every node that could take it',
  explain: `A hostPort is a port of the node itself, so only one pod of a node can have it: a workload with a host port can have no more pods than there are nodes, and a
rolling update, which starts the new pod before it stops the old one, waits for itself where no other node is free. The scheduler counts ports of the same
number and protocol as taken unless both name different addresses of the node (hostIP).`,

  * check(patient) {
    const placement = placementOf(patient)
    if (placement?.blame !== 'ports') return
    const {pod, namespace, cluster, owner} = patient
    const taken = placement.nodes.flatMap(candidate => (blockerOf(candidate, 'NodePorts')?.ports ?? []).map(port => ({...port, node: candidate.name})))
    const ports = [...new Set(taken.map(({port, protocol}) => `${port}/${protocol}`))]
    const holders = taken.filter(({holder}, i) => taken.findIndex(other => other.holder === holder) === i)
    const [first] = holders
    const old = holders.find(({holder}) => isOldPod(patient, holder))
    const siblings = holders.filter(({holder}) => isSibling(patient, holder))
    const who = old ? `${otherWord(old.holder, namespace)} of the revision before, which goes only when the new pod is ready`
      : listed(holders.slice(0, 3).map(({holder, node}) => `${otherWord(holder, namespace)}${placement.nodes.length > 1 ? ` on "${node}"` : ''}`))
    const fixes: Fix[] = old ? oldPodFirst(patient, old.node) : siblings.length === holders.length ? scaleToFit(patient, siblings.length) : []
    if (!old && siblings.length < holders.length) {
      const foreign = holders.find(({holder}) => !siblings.some(sibling => sibling.holder === holder))!
      fixes.push({action: `Ask for another host port than ${foreign.port} in ${manifestWord(patient)}, or in ${ownerWord(cluster, foreign.holder, namespace)}, which has it on node "${foreign.node}"`})
    } else fixes.push({action: `Leave host port ${listed(ports)} out of ${manifestWord(patient)} and use a Service instead, or add a node`})
    const path = hostPortPath(patient.pod, first!.port)
    yield {
      summary: `Host port ${listed(ports)}, which ${theirWord(patient)} ${verb(patient, 'ask')} for, is taken on ${placement.nodes.length === 1 ? `node "${placement.nodes[0]!.name}"` : `nodes ${namesOf(placement.nodes)}`} by ${who}${otherNodesWords(placement, 'NodePorts')}.`,
      evidence: [...schedulerWords(patient), ...(path ? [patient.cite(pod, path)] : []),
        ...holders.slice(0, 3).flatMap(({holder, port}) => [...patient.citeIfPresent(holder, hostPortPath(holder, port) ?? ''), patient.cite(holder, 'spec.nodeName')])],
      fixes, culprit: {...owner.ref, part: listed(ports)},
    }
  },
})

/** Where the pod asks for the port; nothing where it has a port range of its own making. */
function hostPortPath(pod: Parameters<typeof hostPortsOf>[0], port: number): string | undefined {
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [i, {ports}] of (pod.spec?.[list] ?? []).entries()) {
      const index = ports?.findIndex(({hostPort}) => hostPort === port) ?? -1
      if (index >= 0) return `spec.${list}[${i}].ports[${index}].hostPort`
    }
  }
  return undefined
}
