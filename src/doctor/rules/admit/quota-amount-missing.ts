import {citeRefusal, refusedWith} from '../../admission.js'
import {wordOf} from '../../fix.js'
import {covers} from '../../quota.js'
import {sharesOf, unsaid} from '../../quota-share.js'
import {written} from '../../resources.js'
import {defineWorkloadRule} from '../../rule.js'
import {setResources} from '../../set-resources.js'

/**
 * pkg/quota/v1/evaluator/core/pods.go, Constraints: `failed quota: q: must specify limits.cpu for: app; limits.memory for: app`; before
 * 1.23 without the containers. A quota that is too small is another fault: `quota-exceeded`.
 */
const UNSAID = /failed quota: (\S+): must specify (.+)/

export default defineWorkloadRule({
  id: 'quota-amount-missing',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  refines: 'pods-not-created',
  title: 'A ResourceQuota demands a request or limit that a container does not set',
  explain: `A namespace whose ResourceQuota limits requests or limits of CPU or memory takes only pods of which every container says how much
it asks for: what is not written cannot be counted. A LimitRange with defaults would fill in what a template leaves open.`,

  * check(workload) {
    const {template, owner, namespace} = workload
    const refused = refusedWith(workload, UNSAID)
    const ranges = refused && workload.list('LimitRange')
    if (!refused || !template || template.resources || (!ranges && !refused.match)) return
    const said = refused.match?.[1]
    const quotas = said === undefined ? workload.list('ResourceQuota') ?? [] : [workload.find('ResourceQuota', said) ?? []].flat()
    for (const quota of quotas.filter(quota => covers(quota, template))) {
      const missing = unsaid(template, quota, ranges ?? [])
      if (missing.length === 0) continue
      const settings = sharesOf(workload, quota, missing)
      const change = settings.every(({value}) => value > 0n) ? setResources(workload, settings) : undefined
      const amounts = [...new Set(settings.map(({list, resource, value}) => `${list}.${resource} ${written(resource, value)}`))].join(' and ')
      const keys = [...new Set(missing.map(({key}) => key))]
      const names = [...new Set(missing.map(({container}) => `"${container}"`))]
      yield {
        summary: `ResourceQuota "${quota.metadata?.name}" demands ${keys.join(' and ')} of every container, which container${names.length > 1 ? 's' : ''} ${names.join(' and ')} of ${
          wordOf(owner.ref)} ${names.length > 1 ? 'do' : 'does'} not set${ranges?.length === 0 ? ', and there is no LimitRange with defaults' : ''}.`,
        evidence: [...citeRefusal(workload, refused.refusal), ...keys.flatMap(key => workload.citeIfPresent(quota, `spec.hard["${key}"]`))],
        fixes: [change ? {action: `Set what is missing: with ${amounts} all its pods fit in the quota`, ...change}
          : {action: `Set ${keys.join(' and ')} of container ${names.join(' and ')}${owner.templatePointer === undefined ? `; the template of ${wordOf(owner.ref)} cannot be changed, so it has to be created anew` : ''}`}],
        culprit: {kind: 'ResourceQuota', namespace, name: quota.metadata?.name ?? '', part: keys.join(' ')},
      }
      return
    }
  },
})
