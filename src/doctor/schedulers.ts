import type {Kinds, Pod} from '../kube/types.js'
import type {Cluster} from './cluster.js'
import {ACTIVE_PODS} from './node-filters.js'

export const DEFAULT_SCHEDULER = 'default-scheduler'

/** A holder renews its Lease every two seconds, a kubelet every ten; both give up after less than this. */
const STALE_MS = 45_000

type Lease = Kinds['Lease']

/** The holder has stopped renewing it. Not known for a Lease without a time. */
export const isStale = ({spec}: Lease, now: number): boolean => now - Date.parse(spec?.renewTime ?? '') > STALE_MS

/** What there is to see of a scheduler: its Lease, if nobody renews it; its pod, if it is not ready; `none`: there is no trace of it among those. */
export function schedulerTraces(cluster: Cluster, name: string): {stale?: Lease, sick?: Pod, none?: 'pods' | 'pods and leases'} {
  if (name === DEFAULT_SCHEDULER) {
    // Where the control plane is somebody else's, the Lease may be missing: that says nothing.
    const lease = cluster.find('Lease', 'kube-scheduler', 'kube-system')
    return {...(lease && isStale(lease, cluster.now) && {stale: lease})}
  }
  const pods = cluster.list('Pod', {fieldSelector: ACTIVE_PODS})
  const leases = cluster.list('Lease')
  const named = (pods ?? []).filter(pod => namesScheduler(pod, name))
  const lease = leases?.find(({metadata}) => metadata?.name === name)
  const works = pods?.some(({spec, status}) => spec?.schedulerName === name && status?.conditions?.some(({type, status}) => type === 'PodScheduled' && status === 'True'))
  const sick = named.find(({status}) => !status?.conditions?.some(({type, status}) => type === 'Ready' && status === 'True'))
  return {...(pods && named.length === 0 && !lease && !works && {none: leases ? 'pods and leases' as const : 'pods' as const}), ...(lease && isStale(lease, cluster.now) && {stale: lease}), ...(sick && {sick})}
}

/** A pod that may be the scheduler: its name, a label or its command line says so. Pods that only ask for it do not count. */
function namesScheduler({metadata, spec}: Pod, name: string): boolean {
  const words = [metadata?.name, ...Object.values(metadata?.labels ?? {}), ...(spec?.containers ?? []).flatMap(({name, command, args}) => [name, ...command ?? [], ...args ?? []])]
  return spec?.schedulerName !== name && words.some(word => typeof word === 'string' && word.includes(name))
}
