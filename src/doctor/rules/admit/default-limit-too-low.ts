import {citeRefusal, refusedWith} from '../../admission.js'
import {wordOf} from '../../fix.js'
import {setBy} from '../../guard.js'
import {defaultsOf, memberPath, pointerOf} from '../../limit-range.js'
import {resourcePaths, setResources} from '../../set-resources.js'
import {amountsOf, resourceWord, written} from '../../resources.js'
import {defineWorkloadRule} from '../../rule.js'

/**
 * The words are those of pod validation (pkg/apis/core/validation), which runs after the LimitRange has filled in its default. A
 * template whose own limit is below its request never gets this far: the workload itself would be refused.
 */
const ABOVE = /spec\.(?:initContainers|containers)\[\d+\]\.resources\.requests: Invalid value: "?[^":]+"?: must be less than or equal to (\S+) limit/

export default defineWorkloadRule({
  id: 'default-limit-too-low',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  refines: 'pods-not-created',
  title: 'The limit that a LimitRange fills in is below what the container asks for',
  explain: `A LimitRange gives every container that sets no limit of its own a default limit. This container asks for more than that, and a
request above its limit is invalid, so every pod is refused with "must be less than or equal to memory limit". In the template one sees only
the request: the limit comes from the LimitRange.`,

  * check(workload) {
    const {template, templated, owner, namespace} = workload
    const refused = refusedWith(workload, ABOVE)
    const ranges = refused && template && workload.list('LimitRange')
    const defaults = (ranges ?? []).flatMap(range => (range.spec?.limits ?? []).flatMap((item, i) => item.type !== 'Container' ? []
      : [...amountsOf(defaultsOf(item))].map(([resource, limit]) => ({range, resource, limit, path: `spec.limits[${i}].default${memberPath(resource)}`}))))
    const low = [...template?.initContainers ?? [], ...template?.containers ?? []].flatMap(({name, resources}) => [...amountsOf(resources?.requests)].flatMap(([resource, request]) => {
      const given = resources?.limits?.[resource] === undefined ? defaults.find(other => other.resource === resource) : undefined
      return given && given.limit < request ? [{name, request, ...given}] : []
    }))
    const [first] = low
    if (!first || !refused) return
    const settings = low.map(({name, resource, request}) => ({container: name, list: 'limits' as const, resource, value: request}))
    const change = setResources(workload, settings)
    const {range, resource, path, limit, request} = first
    yield {
      summary: `LimitRange "${range.metadata?.name}" gives ${low.map(({name, resource, request, limit}) =>
        `container "${name}" of ${wordOf(owner.ref)} a default ${resourceWord(resource)} limit of ${written(resource, limit)}, below its own request of ${written(resource, request)}`).join('; ')}, so no pod is valid.`,
      evidence: [
        ...citeRefusal(workload, refused.refusal), ...low.map(({range, path}) => workload.cite(range, path)),
        ...low.flatMap(({name, resource}) => resourcePaths(workload, name, resource)).map(path => workload.cite(templated, path)),
      ],
      fixes: [
        {action: `${change ? 'Give' : `Create ${wordOf(workload.ref)} anew, as its template cannot be changed, and give`} ${low.map(({name, resource, request}) =>
          `container "${name}" a ${resourceWord(resource)} limit of its own, at least ${written(resource, request)}`).join(', ')}`, ...change},
        {action: `Raise the default of LimitRange "${range.metadata?.name}" to ${written(resource, request)}`, removesGuard: setBy(range, 'spec.limits'),
          commands: [['kubectl', 'patch', `limitrange/${range.metadata?.name}`, '--type=json', '-p', JSON.stringify(
            [['test', limit] as const, ['replace', request] as const].map(([op, value]) => ({op, path: pointerOf(path), value: written(resource, value)})))]]},
      ],
      culprit: {kind: 'LimitRange', namespace, name: range.metadata?.name ?? '', part: `default ${resource}`},
    }
  },
})
