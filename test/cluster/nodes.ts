import type {Api} from './api.js'
import {KUBERNETES} from './build.js'
import {until} from './processes.js'

/** A Node object without a kubelet, as a test wants it. Amounts are Kubernetes quantities. */
export interface NodeSpec {
  name: string
  labels?: Record<string, string>
  cpu?: string
  memory?: string
  pods?: string
  /** Extended resources: `nvidia.com/gpu: "2"`. */
  extended?: Record<string, string>
  taints?: {key: string, value?: string, effect: string}[]
  cordon?: boolean
  /** Status of the conditions that are not as they should be: `DiskPressure: "True"`, `Ready: "False"`. The taints that belong to them come by themselves. */
  conditions?: Record<string, string>
}

interface Node {metadata: {name: string}, spec: {taints?: {key: string}[]}}
interface Pod {metadata: {namespace: string, name: string}, spec: {nodeName?: string}}

/**
 * Makes a node that the scheduler takes for real. It stays as it is thanks to the controller manager's long grace period;
 * pods bound to it never get a status.
 */
export async function addNode(api: Api, spec: NodeSpec): Promise<void> {
  const {name, labels = {}, cpu = '4', memory = '8Gi', pods = '110', extended = {}, taints = [], cordon, conditions = {}} = spec
  await api.change('POST', '/api/v1/nodes', {
    apiVersion: 'v1', kind: 'Node',
    metadata: {
      name, annotations: {'volumes.kubernetes.io/controller-managed-attach-detach': 'true'},
      labels: {'kubernetes.io/hostname': name, 'kubernetes.io/arch': 'amd64', 'kubernetes.io/os': 'linux', 'node.kubernetes.io/instance-type': 'm5.large', ...labels},
    },
    spec: {taints, ...(cordon && {unschedulable: true})},
  })
  const amounts = {cpu, memory, pods, 'ephemeral-storage': '100Gi', ...extended}
  const status = {
    capacity: amounts, allocatable: amounts, conditions: conditionsOf(conditions),
    addresses: [{type: 'InternalIP', address: `192.0.2.${100 + [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 100}`}, {type: 'Hostname', address: name}],
    nodeInfo: {
      architecture: 'amd64', operatingSystem: 'linux', kubeletVersion: KUBERNETES, kernelVersion: '6.1.0', osImage: 'Debian GNU/Linux 12 (bookworm)',
      containerRuntimeVersion: 'containerd://1.6.20', machineID: name, systemUUID: name, bootID: name, kubeProxyVersion: '',
    },
  }
  await api.change('PATCH', `/api/v1/nodes/${name}/status`, {status}, 'application/merge-patch+json')
  const ready = (conditions['Ready'] ?? 'True') === 'True'
  const isTainted = (node: Node | undefined, key: string) => node?.spec.taints?.some(taint => taint.key === key) ?? false
  // The node lifecycle controller turns conditions into taints; until then the node would take pods.
  const expected = Object.entries(PRESSURE).filter(([type]) => conditions[type] === 'True').map(([, key]) => key)
  await until(`node ${name} to be tainted for its conditions`, 10, async () => {
    const node = await api.get<Node>(`/api/v1/nodes/${name}`)
    return expected.every(key => isTainted(node, key))
  })
  await until(`node ${name} to be ready`, 10, async () => isTainted(await api.get<Node>(`/api/v1/nodes/${name}`), 'node.kubernetes.io/not-ready') !== ready)
}

const PRESSURE = {MemoryPressure: 'node.kubernetes.io/memory-pressure', DiskPressure: 'node.kubernetes.io/disk-pressure', PIDPressure: 'node.kubernetes.io/pid-pressure'}

const SOUND: Record<string, [status: string, reason: string, message: string]> = {
  Ready: ['True', 'KubeletReady', 'kubelet is posting ready status'],
  MemoryPressure: ['False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  DiskPressure: ['False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  PIDPressure: ['False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
}
const NOT_READY = 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'

/** Conditions in the kubelet's own words. */
function conditionsOf(wanted: Record<string, string>): object[] {
  const now = new Date().toISOString().replace(/\.\d+/, '')
  return Object.entries(SOUND).map(([type, [sound, reason, message]]) => {
    const status = wanted[type] ?? sound
    const sick = type === 'Ready' ? {reason: status === 'False' ? 'KubeletNotReady' : 'NodeStatusUnknown', message: status === 'False' ? NOT_READY : 'Kubelet stopped posting node status.'}
      : {reason: `KubeletHas${type}`, message: `kubelet has ${type.replace('Pressure', ' pressure').toLowerCase()}`}
    return {type, status, ...(status === sound ? {reason, message} : sick), lastHeartbeatTime: now, lastTransitionTime: now}
  })
}

/** Removes nodes and the pods that were bound to them, which no kubelet would ever confirm. */
export async function removeNodes(api: Api, names: string[]): Promise<void> {
  for (const name of names) await api.send('DELETE', `/api/v1/nodes/${name}`)
  for (const name of names) {
    const {items = []} = await api.get<{items: Pod[]}>(`/api/v1/pods?fieldSelector=spec.nodeName=${name}`) ?? {}
    for (const {metadata} of items) await api.send('DELETE', `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`, {gracePeriodSeconds: 0})
  }
}
