import {wordOf} from './fix.js'
import {setBy} from './guard.js'
import {pointerOf, withinBounds, type Breach} from './limit-range.js'
import {resourceWord, written} from './resources.js'
import {resourcePaths, setResources} from './set-resources.js'
import type {Fix} from './types.js'
import type {Workload} from './workload.js'

/** What brings the pods within the bounds, and last what moves the bound. */
export function limitRangeFixes(workload: Workload, breaches: Breach[]): Fix[] {
  const {owner, ref} = workload
  const containers = [...new Set(breaches.flatMap(({whose}) => whose.kind === 'container' ? [whose.name] : []))]
  const fitting = containers.map(container => ({container,
    changes: withinBounds(breaches.filter(({whose}) => whose.kind === 'container' && whose.name === container), workload.list('LimitRange') ?? [])}))
  const settings = fitting.flatMap(({container, changes}) => (changes ?? []).map(change => ({container, ...change})))
    // Without a request of its own the container gets one as large as its limit.
    .filter(({container, list, resource, value}) => list === 'limits' || resourcePaths(workload, container, resource).some(path => path.includes('.requests'))
      || !fitting.some(other => other.container === container && other.changes?.some(change => change.list === 'limits' && change.resource === resource && change.value === value)))
  const own = containers.length > 0 && breaches.every(({whose}) => whose.kind === 'container') && fitting.every(({changes}) => changes)
  const change = own ? setResources(workload, settings) : undefined
  const amounts = settings.map(({container, list, resource, value}) => `container "${container}" a ${resourceWord(resource)} ${list.slice(0, -1)} of ${written(resource, value)}`).join(', ')
  const [whole] = breaches.filter(({whose}) => whose.kind !== 'container')
  return [
    ...(change ? [{action: `Give ${amounts}`, ...change}]
    : own ? [{action: `Create ${wordOf(ref)} anew, as its template cannot be changed, and give ${amounts}`}]
    : whole ? [{action: whole.whose.kind === 'claim' ? `Ask for ${written(whole.resource, whole.enforced)} in the claim's template; it cannot be changed in place, so ${wordOf(owner.ref)} has to be created anew`
      : `Let the containers of the pod together ask for ${whole.bound === 'min' ? 'at least' : 'at most'} ${written(whole.resource, whole.enforced)} of ${whole.resource}`}] : []),
    ...(breaches.length === 1 ? breaches : []).flatMap(({range, path, bound, enforced, resource, request, limit}) => {
      const wanted = bound === 'min' ? request ?? limit : limit ?? request
      return bound === 'maxLimitRequestRatio' || wanted === undefined ? [] : [{
        action: `Let LimitRange "${range.metadata?.name}" allow ${written(resource, wanted)}`, removesGuard: setBy(range, 'spec.limits'),
        commands: [['kubectl', 'patch', `limitrange/${range.metadata?.name}`, '--type=json', '-p', JSON.stringify([
          {op: 'test', path: pointerOf(path), value: written(resource, enforced)}, {op: 'replace', path: pointerOf(path), value: written(resource, wanted)}])]],
      }]
    }),
  ]
}
