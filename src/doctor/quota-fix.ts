import {changeTemplate} from './admission.js'
import {wordOf} from './fix.js'
import {setBy} from './guard.js'
import {ONE, parseQuantity} from './quantity.js'
import {amount, needed, roomIn, share, type Shortage, type Tight} from './quota.js'
import {written, rounded} from './resources.js'
import type {Fix} from './types.js'
import type {Workload} from './workload.js'

/** A Deployment has all the pods it wants, and makes newer ones beside them before the old ones go. */
export const isSurge = ({ref, counts}: Workload): boolean => ref.kind === 'Deployment' && counts.wanted > 0 && counts.made >= counts.wanted

/** What can be done about a quota that has no room, best first: within the quota, then with a larger one. */
export function quotaFixes(workload: Workload, shortage: Shortage): Fix[] {
  return [...within(workload, shortage), ...larger(workload, shortage)]
}

function within(workload: Workload, shortage: Shortage): Fix[] {
  const {owner, counts: {wanted, made}, namespace, template} = workload
  const {claim, tight, object} = shortage
  const fitting = made + roomIn(shortage)
  if (claim !== '') {
    const free = tight.find(({resource, hard, used}) => resource.endsWith('requests.storage') && hard > used)
    return [{action: free
      ? `Ask for ${amount(free, free.hard - free.used)} at most in the claim's template; it cannot be changed in place, so ${wordOf(owner.ref)} has to be created anew`
      : `Remove claims that nobody needs from namespace "${namespace}"`}]
  }
  if (isSurge(workload)) {
    return [{
      action: `Let the rollout take a pod away before it makes the next${wanted === 1 ? '; the one pod is down for a moment' : ''}`,
      commands: [['kubectl', 'patch', wordOf(owner.ref), '--type=merge', '-p', JSON.stringify({spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}}})]],
      effect: 'changes-spec', restarts: wanted,
    }]
  }
  const scalable = ['Deployment', 'StatefulSet', 'ReplicaSet'].includes(owner.ref.kind)
  if (scalable && fitting > 0) {
    return [{
      action: `Run ${fitting} ${fitting === 1 ? 'replica' : 'replicas'}, as many as fit`,
      commands: [['kubectl', 'scale', wordOf(owner.ref), `--replicas=${fitting}`]], effect: 'changes-spec',
    }]
  }
  const lower = lowered(workload, shortage)
  if (lower) return [lower]
  const [priority] = (object?.spec?.scopeSelector?.matchExpressions ?? []).filter(({scopeName}) => scopeName === 'PriorityClass')
  if (priority && template?.priorityClassName) return [{action: `Give the pods another priorityClassName than "${template.priorityClassName}", which this quota limits`}]
  const least = tight[0]!
  const elsewhere = owner.templatePointer === undefined ? `; the template of ${wordOf(owner.ref)} cannot be changed, so it has to be created anew` : ''
  return [{action: least.hard >= least.asked
    ? `Make room in namespace "${namespace}": scale down or remove pods that nobody needs until ${least.resource} has ${amount(least, least.asked)} left`
    : least.hard > 0n ? `Let each pod ask for ${amount(least, share(least, wanted, made) || least.hard)} of ${least.resource} at most${elsewhere}`
    : object?.spec?.scopes?.includes('BestEffort') ? `Set a CPU or memory request on a container of ${wordOf(owner.ref)}: ResourceQuota "${object.metadata?.name}" counts only pods without any`
    : `Run the pods in a namespace whose quota allows ${least.resource} ${amount(least, least.asked)}`}]
}

/** Smaller requests (or limits) with which all the pods that are wanted fit. Nothing where a program could hardly live with them. */
function lowered(workload: Workload, {tight}: Shortage): Fix | undefined {
  const {template, counts: {wanted, made}} = workload
  const amounts = new Map<string, Map<string, string[]>>()
  for (const part of tight) {
    const [, list = 'requests', resource = ''] = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(part.resource) ?? []
    const asks = (template?.containers ?? []).map(({name, resources}) => ({name, ask: parseQuantity(resources?.[list as 'requests']?.[resource] ?? resources?.limits?.[resource] ?? '')?.value ?? 0n}))
    const each = share(part, wanted, made)
    if (resource === '' || each === 0n || asks.reduce((sum, {ask}) => sum + ask, 0n) !== part.asked) return undefined
    for (const {name, ask} of asks.filter(({ask}) => ask > 0n)) {
      const value = rounded(resource, ask * each / part.asked)
      const least = list === 'limits' ? ask / 2n : resource === 'cpu' ? ONE / 100n : 16n * 1024n * 1024n * ONE
      if (value < least) return undefined
      const lists = amounts.get(name) ?? new Map<string, string[]>()
      amounts.set(name, lists.set(list, [...lists.get(list) ?? [], `${resource}=${written(resource, value)}`]))
    }
  }
  // kubectl heeds only the last of several flags of one name.
  const commands = [...amounts].map(([name, lists]) => (word: string) =>
    ['kubectl', 'set', 'resources', word, '-c', name, ...[...lists].map(([list, pairs]) => `--${list}=${pairs.join(',')}`)])
  const change = commands[0] && changeTemplate(workload, commands[0])
  if (!change) return undefined
  const more = commands.slice(1).flatMap(command => changeTemplate(workload, command)?.commands?.slice(0, 1) ?? [])
  const [first, ...rest] = change.commands ?? []
  return {action: `Ask for less, so that ${wanted === 1 ? 'the pod fits' : `all ${wanted} pods fit`}`, ...change, commands: [first!, ...more, ...rest]}
}

function larger(workload: Workload, {quota, object, tight}: Shortage): Fix[] {
  const {wanted, made} = workload.counts
  const more = Math.max(1, wanted - made)
  const hard = Object.fromEntries(tight.map((part: Tight) => [part.resource, amount(part, needed(part, more))]))
  return [{
    action: `Raise ResourceQuota "${quota}" to ${Object.entries(hard).map(([resource, value]) => `${resource} ${value}`).join(', ')}`,
    removesGuard: object ? setBy(object, 'spec.hard') : '',
    commands: [['kubectl', 'patch', `resourcequota/${quota}`, '--type=merge', '-p', JSON.stringify({spec: {hard}})]],
  }]
}
