import type {ContainerStatus, Event, KubeObject, Pod} from '../../src/kube/types.js'
import type {Cluster} from './cluster.js'

const WORKLOADS = ['apps/v1/deployments', 'apps/v1/replicasets', 'apps/v1/statefulsets', 'apps/v1/daemonsets', 'batch/v1/jobs', 'batch/v1/cronjobs']

interface Condition {type: string, status: string, reason?: string, message?: string}
interface Workload extends KubeObject {status?: Record<string, unknown> & {conditions?: Condition[]}}
interface Claim extends KubeObject {status?: {phase?: string}}
interface Slice extends KubeObject {endpoints?: {addresses?: string[], conditions?: {ready?: boolean}}[] | null}

/**
 * What a namespace looks like from outside, one fact per line: the text that the `# until:` patterns of faults are matched against.
 * Computed from the API alone, by other code than the doctor's, so that a fault cannot count as made because the doctor says so.
 */
export async function signals({get}: Cluster, namespace: string): Promise<string[]> {
  const list = async <T extends KubeObject>(resource: string): Promise<T[]> => {
    const [group, plural] = [resource.slice(0, resource.lastIndexOf('/')), resource.slice(resource.lastIndexOf('/') + 1)]
    return (await get<{items: T[]}>(`/${group === 'v1' ? 'api' : 'apis'}/${group}/namespaces/${namespace}/${plural}`))?.items ?? []
  }
  const [pods, events, claims, slices, ...workloads] = await Promise.all([
    list<Pod>('v1/pods'), list<Event>('v1/events'), list<Claim>('v1/persistentvolumeclaims'), list<Slice>('discovery.k8s.io/v1/endpointslices'),
    ...WORKLOADS.map(async resource => (await list<Workload>(resource)).map(object => workloadSignals(resource.split('/').at(-1)!.slice(0, -1), object))),
  ])
  return [
    ...pods.flatMap(podSignals),
    ...workloads.flat(2),
    ...claims.map(({metadata, status}) => `pvc ${metadata?.name} phase=${status?.phase}${metadata?.deletionTimestamp ? ' DELETING' : ''}`),
    ...slices.map(({metadata, endpoints}) => `endpointslice ${metadata?.name} endpoints=${JSON.stringify((endpoints ?? []).map(({addresses, conditions}) => [addresses, conditions?.ready]))}`),
    ...events.map(eventSignal),
    ...(await Promise.all(pods.map(pod => logSignals(get, namespace, pod)))).flat(),
  ]
}

function podSignals({metadata, spec, status = {}}: Pod): string[] {
  const name = `pod ${metadata?.name}`
  const words = [`phase=${status.phase}`, status.reason && `reason=${status.reason}`, status.message && `message=${status.message}`, `node=${spec?.nodeName ?? 'none'}`, metadata?.deletionTimestamp && 'DELETING']
  return [
    `${name} ${words.filter(Boolean).join(' ')}`,
    ...(status.conditions ?? []).map(condition => `${name} ${conditionOf(condition)}`),
    ...[['init', status.initContainerStatuses] as const, ['container', status.containerStatuses] as const].flatMap(([kind, statuses]) => (statuses ?? []).flatMap(container => [
      `${name} ${kind} ${container.name} ready=${word(container.ready)} started=${word(container.started)} restarts=${container.restartCount} ${stateOf('state', container.state)}`,
      ...(Object.keys(container.lastState ?? {}).length > 0 ? [`${name} ${kind} ${container.name} ${stateOf('last', container.lastState)}`] : []),
    ])),
  ]
}

/** Spelt as in conditions: `True`, `False`, `None`. */
const word = (value: boolean | undefined): string => value === undefined ? 'None' : value ? 'True' : 'False'

const conditionOf = ({type, status, reason = '', message = ''}: Condition): string => `condition ${type}=${status} ${reason}: ${message}`

function stateOf(word: string, state: ContainerStatus['state']): string {
  if (state?.waiting) return `${word} waiting ${state.waiting.reason}${state.waiting.message ? `: ${state.waiting.message}` : ''}`
  if (state?.terminated) return `${word} terminated ${state.terminated.reason} exitCode=${state.terminated.exitCode}${state.terminated.message ? `: ${state.terminated.message}` : ''}`
  return `${word} ${state?.running ? 'running' : 'none'}`
}

function workloadSignals(kind: string, {metadata, status: {conditions = [], ...status} = {}}: Workload): string[] {
  const name = `${kind} ${metadata?.name}`
  return [...(kind === 'replicaset' ? [] : [`${name} status ${JSON.stringify(status)}`]), ...conditions.map(condition => `${name} ${conditionOf(condition)}`)]
}

function eventSignal({involvedObject: {kind, name, fieldPath}, type, reason, count, series, message}: Event): string {
  return `event ${kind}/${name}${fieldPath ? ` ${fieldPath}` : ''} ${type} ${reason} x${count ?? series?.count ?? 1}: ${message}`
}

async function logSignals(get: Cluster['get'], namespace: string, {metadata, status}: Pod): Promise<string[]> {
  const containers = [...status?.initContainerStatuses ?? [], ...status?.containerStatuses ?? []].filter(({state, lastState}) => state?.running ?? state?.terminated ?? lastState?.terminated)
  return (await Promise.all(containers.map(async ({name}) => {
    const text = await get<string>(`/api/v1/namespaces/${namespace}/pods/${metadata?.name}/log?container=${name}&tailLines=20`).catch(() => '')
    return String(text ?? '').split('\n').filter(Boolean).map(line => `log ${metadata?.name}/${name}: ${line}`)
  }))).flat()
}
