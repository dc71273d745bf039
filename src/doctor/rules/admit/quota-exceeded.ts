import {citeRefusal, refusedWith} from '../../admission.js'
import {wordOf} from '../../fix.js'
import {amount, EXCEEDED, roomIn, shortageIn, shortageOf} from '../../quota.js'
import {isSurge, quotaFixes} from '../../quota-fix.js'
import {defineWorkloadRule} from '../../rule.js'

export default defineWorkloadRule({
  id: 'quota-exceeded',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'by itself',
  refines: 'pods-not-created',
  title: 'A ResourceQuota has no room for another pod',
  explain: `A ResourceQuota limits what all pods of the namespace may ask for together, and one pod more would go beyond it, so the API server
refuses that pod. It counts requests and limits as they are written, not what is used, and pods that are being deleted count until they are
gone. A rolling update needs room for the pods that it makes before it takes the old ones away. The pod is made as soon as others have gone and the
controller tries again, which can take a quarter of an hour.`,

  * check(workload) {
    const {counts: {wanted, made}, owner, namespace, templated, templatePath, template} = workload
    const refused = refusedWith(workload, EXCEEDED)
    const shortage = refused && (refused.match ? shortageIn(workload, refused.match) : shortageOf(workload))
    if (!shortage) return
    const {quota, object, claim, tight} = shortage
    const who = claim !== '' ? `claim "${claim}" of ${wordOf(owner.ref)}` : isSurge(workload) ? `the pod that the rollout of ${wordOf(owner.ref)} adds for a while`
      : made > 0 ? `another pod of ${wordOf(owner.ref)}` : `a pod of ${wordOf(owner.ref)}`
    const bestEffort = claim === '' && object?.spec?.scopes?.includes('BestEffort') ? ', which asks for no CPU and no memory (scope BestEffort)' : ''
    const fitting = made + roomIn(shortage)
    const paths = tight.flatMap(({resource}) => {
      const [, list = 'requests', name = resource] = /^(?:(requests|limits)\.)?(.*)$/.exec(resource) ?? []
      return (template?.containers ?? []).flatMap(({resources}, i) => resources?.[list as 'requests']?.[name] === undefined ? [] : [`${templatePath}.containers[${i}].resources.${list}${/^[\w-]+$/.test(name) ? `.${name}` : `["${name}"]`}`])
    })
    yield {
      summary: `ResourceQuota "${quota}" has no room for ${who}${bestEffort}: ${tight.map(part =>
        `${part.resource} ${amount(part, part.asked)} asked for, ${amount(part, part.used)} of ${amount(part, part.hard)} taken`).join('; ')}${
        made < wanted && wanted > 1 && claim === '' ? `; ${fitting} of its ${wanted} pods ${fitting === 1 ? 'fits' : 'fit'}` : ''}.`,
      evidence: [
        ...citeRefusal(workload, refused.refusal),
        ...(object ? tight.flatMap(({resource}) => ['used', 'hard'].flatMap(list => workload.citeIfPresent(object, `status.${list}["${resource}"]`))) : []),
        ...(bestEffort && object ? [workload.cite(object, 'spec.scopes')] : []),
        ...paths.map(path => workload.cite(templated, path)),
      ],
      fixes: quotaFixes(workload, shortage),
      culprit: {kind: 'ResourceQuota', namespace, name: quota, part: tight.map(({resource}) => resource).join(' ')},
    }
  },
})
