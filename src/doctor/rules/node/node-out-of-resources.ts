import {editTemplate} from '../../fix.js'
import {countOf, isPinned, pinnedWord} from '../../kubelet-refusal.js'
import {readable, resourceWord} from '../../resources.js'
import {defineRule} from '../../rule.js'
import {fitting} from '../../scheduling.js'
import {manifestWord, verb} from '../../scheduling-words.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'node-out-of-resources',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  refines: 'pod-rejected',
  title: 'The node refused the pod because it has not enough left',
  explain: `The kubelet counts once more before it runs a pod: what the pod requests must fit into what the node has, less what its pods request. The scheduler has counted the same, so a refusal
(reason OutOfcpu, OutOfmemory, OutOfpods and so on) means that the pod did not come from a scheduler, because spec.nodeName stood in its manifest, or that two schedulers filled
the node at once. The refused pod stays Failed; a controller makes new ones, which are refused in the same way as long as the node is pinned.`,

  * check(patient) {
    const {pod, owner} = patient
    const {phase, reason = '', message = ''} = pod.status ?? {}
    const count = phase === 'Failed' && reason.startsWith('OutOf') ? countOf(message) : undefined
    const node = pod.spec?.nodeName
    if (!count || node === undefined) return
    const {resource, wanted, used = 0n, capacity} = count
    const amount = (value: bigint) => `${readable(resource, value)} ${resourceWord(resource)}`
    const free = capacity > used ? capacity - used : 0n
    const pinned = isPinned(patient)
    const elsewhere = pinned ? fitting(patient, []).filter(name => name !== node) : []
    const fixes: Fix[] = [
      ...(elsewhere.length > 0 ? [{action: `Take nodeName out of ${manifestWord(patient)}: ${elsewhere.slice(0, 3).join(', ')} would take ${verb(patient, 'the pods', 'it')}`, ...editTemplate(patient, [{path: 'nodeName', remove: true}])}] : []),
      ...(resource === 'pods' ? [] : [{action: free > 0n ? `Ask for ${amount(free)} at most in ${manifestWord(patient)}: so much was free on node "${node}"` : `Free ${amount(wanted)} on node "${node}"`}]),
    ]
    yield {
      summary: `Node "${node}", ${pinnedWord(patient)}, refused ${verb(patient, 'them', 'it')} (${reason}): ${resource === 'pods' ? `it may hold ${readable('pods', capacity)} pods and has ${readable('pods', used)}`
        : `${verb(patient, 'each asks', 'it asks')} for ${amount(wanted)}, and ${used === 0n ? `the node has ${amount(capacity)} altogether` : `of the node's ${amount(capacity)} other pods have ${readable(resource, used)}`}`}.`,
      evidence: [patient.cite(pod, 'status.reason'), patient.cite(pod, 'status.message'), patient.cite(pod, 'spec.nodeName'),
        ...(pod.spec?.containers ?? []).flatMap((_, i) => patient.citeIfPresent(pod, `spec.containers[${i}].resources.requests["${resource}"]`))],
      fixes, culprit: {...owner.ref, part: resource},
    }
  },
})
