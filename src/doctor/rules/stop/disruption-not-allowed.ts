import {demandOf, isHealthy, isOver, roomyCount} from '../../budget.js'
import {wordOf} from '../../fix.js'
import {setBy} from '../../guard.js'
import {ownerOf} from '../../owner.js'
import {defineObjectRule} from '../../rule.js'
import type {Fix} from '../../types.js'

/** What the eviction API answers with 429: `Cannot evict pod as it would violate the pod's disruption budget.` A rollout or a deletion does not ask the budget. */
export default defineObjectRule({
  id: 'disruption-not-allowed',
  judges: 'PodDisruptionBudget',
  phase: 'stop',
  severity: 'error',
  heals: 'by itself',
  title: 'A PodDisruptionBudget lets no pod go',
  explain: `kubectl drain, the cluster autoscaler and node upgrades ask the budget before they evict a pod, and try again until it allows it. A budget that demands as many pods as
there are never does: the drain waits for ever. And pods that are not ready count as disrupted already, so one broken pod can hold up the node of another.`,

  * check(subject) {
    const {object: budget, cluster, namespace, ref} = subject
    const demand = demandOf(budget)
    const {expectedPods = 0, currentHealthy = 0, desiredHealthy = 0, disruptionsAllowed = 0} = budget.status ?? {}
    if (!demand || disruptionsAllowed > 0 || expectedPods === 0) return
    const pods = (budget.spec?.selector ? subject.list('Pod', {namespace, selector: budget.spec.selector}) ?? [] : []).filter(pod => !isOver(pod))
    const owners = new Map(pods.map(pod => ownerOf(cluster, pod)).map(owner => [wordOf(owner.ref), owner]))
    const [owner] = owners.size === 1 ? [...owners.values()] : []
    const sick = pods.filter(pod => !isHealthy(pod)).map(({metadata}) => metadata?.name ?? '')
    const never = desiredHealthy >= expectedPods
    const whose = owner ? `${wordOf(owner.ref)} has` : owners.size > 1 ? `${[...owners.keys()].toSorted().join(' and ')} together have` : 'there are'
    const enough = never && owner && ['Deployment', 'StatefulSet', 'ReplicaSet'].includes(owner.ref.kind) ? roomyCount(demand, expectedPods) : undefined
    const {unhealthyPodEvictionPolicy} = (budget.spec ?? {}) as {unhealthyPodEvictionPolicy?: string}
    const patch = (spec: object): string[][] => [['kubectl', 'patch', wordOf(ref), '--type=merge', '-p', JSON.stringify({spec})]]
    const removesGuard = setBy(budget, 'spec.minAvailable', 'spec.maxUnavailable', 'spec')
    const fixes: Fix[] = never ? [
      ...(enough !== undefined && owner ? [{action: `Run ${enough} pods, so that one may go`, effect: 'changes-spec' as const, commands: [['kubectl', 'scale', wordOf(owner.ref), `--replicas=${enough}`]]}] : []),
      {action: `Let one pod at a time go`, removesGuard, effect: 'changes-spec', commands: patch(demand.field === 'minAvailable' ? {minAvailable: null, maxUnavailable: 1} : {maxUnavailable: 1})},
    ] : unhealthyPodEvictionPolicy === 'AlwaysAllow' ? [] : [
      {action: 'Let pods be evicted that are not ready anyway', removesGuard, effect: 'changes-spec', commands: patch({unhealthyPodEvictionPolicy: 'AlwaysAllow'})},
    ]
    yield {
      summary: never ? `PodDisruptionBudget "${ref.name}" lets no pod go, ever: ${demand.field === 'minAvailable' ? `it demands ${desiredHealthy} available pod${desiredHealthy === 1 ? '' : 's'} (minAvailable ${demand.value})` : `it allows none to be unavailable (maxUnavailable ${demand.value})`}, and ${whose} ${expectedPods}.`
        : `PodDisruptionBudget "${ref.name}" lets no pod go: ${desiredHealthy} of ${expectedPods} pods must be healthy (${demand.field} ${demand.value}), and ${currentHealthy} ${currentHealthy === 1 ? 'is' : 'are'}${sick.length > 0 ? `; not ready: ${sick.slice(0, 4).join(', ')}` : ''}.`,
      evidence: [subject.cite(budget, `spec.${demand.field}`), ...['expectedPods', 'currentHealthy', 'desiredHealthy', 'disruptionsAllowed'].flatMap(field => subject.citeIfPresent(budget, `status.${field}`))],
      fixes, culprit: ref,
    }
  },
})
