import {countOf} from '../../kubelet-refusal.js'
import {wordOf} from '../../fix.js'
import {readable, resourceWord} from '../../resources.js'
import {defineWellPodRule} from '../../rule.js'
import type {Fix} from '../../types.js'

export default defineWellPodRule({
  id: 'resize-pending',
  phase: 'node',
  judges: 'well pod',
  scans: true,
  severity: 'warning',
  heals: 'by itself',
  title: 'A change of the running pod\'s resources has not been made',
  explain: `The resources of a running pod can be changed in place (1.33 and later, subresource resize). The kubelet of its node decides: Deferred means that the node has not enough left now, and it tries again
when pods leave; Infeasible, that the node is too small or cannot do it at all, so that it never will. Until then the pod runs with what it had. There is no event, only the condition
PodResizePending.`,

  * check(patient) {
    const {pod} = patient
    const condition = patient.condition('PodResizePending')
    if (condition?.status !== 'True') return
    const count = countOf(condition.message)
    const never = condition.reason === 'Infeasible'
    const node = pod.spec?.nodeName ?? ''
    const amount = (value: bigint) => count ? `${readable(count.resource, value)} ${resourceWord(count.resource)}` : ''
    const used = count?.used ?? 0n
    const free = count && count.capacity > used ? count.capacity - used : 0n
    const why = !count ? condition.message.trim().replace(/\.$/, '') || (never ? 'the node can never give it' : 'the node has not enough left now')
      : never ? `node "${node}" has ${amount(count.capacity)} altogether` : `of the ${amount(count.capacity)} of node "${node}" ${readable(count.resource, used)} are taken by other pods`
    const back = pod.status?.containerStatuses?.filter(({resources}) => resources?.requests).map(({name, resources}) => ({name, resources: {requests: resources!.requests, ...(resources!.limits && {limits: resources!.limits})}}))
    const fixes: Fix[] = [
      ...(back && back.length > 0 ? [{action: 'Take the change back to what the pod has', commands: [['kubectl', 'patch', wordOf(patient.ref), '--subresource=resize', '-p', JSON.stringify({spec: {containers: back}})]], effect: 'changes-spec' as const}] : []),
      ...(count && free > 0n ? [{action: `Ask for ${amount(free)} at most in the resize of ${wordOf(patient.ref)}${never ? '' : `, or free ${amount(count.wanted - free)} on node "${node}"`}`}] : []),
    ]
    yield {
      summary: `The resize of pod "${patient.ref.name}"${count ? ` to ${amount(count.wanted)}` : ''} ${never ? 'is impossible' : 'waits'} (${condition.reason}): ${why}; it runs with what it had.`,
      evidence: [patient.cite(pod, `${condition.path}.reason`), ...patient.citeIfPresent(pod, `${condition.path}.message`),
        ...(pod.spec?.containers ?? []).flatMap((_, i) => patient.citeIfPresent(pod, `spec.containers[${i}].resources.requests`)), ...patient.citeIfPresent(pod, 'status.containerStatuses[0].resources.requests')],
      fixes, culprit: {...patient.ref, part: 'resize'},
    }
  },
})
