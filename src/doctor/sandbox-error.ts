import type {Event, Pod} from '../kube/types.js'
import {timeOf} from './cluster.js'
import {lookupIn} from './registry.js'
import type {Patient} from './patient.js'
import type {Evidence} from './types.js'

export interface SandboxError {
  /** What the network plugin or the runtime said, without wrappings and generated ids. */
  words: string
  node: string
  event: Event
  evidence: Evidence[]
}

/**
 * What the kubelet and the runtimes put before the reason: pkg/kubelet/kuberuntime/kuberuntime_sandbox.go; containerd 1.6 to 2.x; the
 * dockershim (`failed to set up sandbox container "ID" network for pod "p": networkPlugin cni failed to set up pod "p_ns" network:`); CRI-O
 * (`failed to create pod network sandbox k8s_p_ns_uid_0(ID): error adding pod ns_p to CNI network "n":`).
 */
const PREFIX = [
  /^Failed (?:to )?create pod sandbox: (?:rpc error: code = \w+ desc = )?/,
  /^failed to (?:create containerd task|start sandbox container task "[^"]*"|start sandbox "[^"]*"|create shim task): /,
  /^failed to set ?up (?:network for sandbox "[^"]*"|sandbox container "[^"]*" network for pod "[^"]*"): /,
  /^networkPlugin cni failed to set up pod "[^"]*" network: /,
  /^failed to create pod network sandbox \S+: /, /^error adding pod \S+ to CNI network "[^"]*": /,
]
/** Sandboxes have a new id at each try. */
const SANDBOX = / (?:for sandbox )?"?[0-9a-f]{64}"?/g

/** The pod waits for its sandbox. Once there is one, older failures are over: the pod waits for something else. */
export const lacksSandbox = (patient: Patient): boolean =>
  patient.preparing && patient.condition('PodReadyToStartContainers')?.status !== 'True' && !patient.pod.status?.podIP

/** Why the pod gets no sandbox: an event of the kubelet's, which no field of the pod repeats. */
export function sandboxError(patient: Patient): SandboxError | undefined {
  if (!lacksSandbox(patient)) return undefined
  const since = patient.condition('PodScheduled')?.since ?? ''
  const [event] = patient.events('FailedCreatePodSandBox', 'NetworkNotReady').filter(event => timeOf(event) >= since)
  if (!event) return undefined
  const bare = PREFIX.reduce((words, prefix) => words.replace(prefix, ''), event.message ?? '')
  return {
    event, node: patient.pod.spec?.nodeName ?? '', words: bare.replaceAll(SANDBOX, ' ').replaceAll(/\s+/g, ' ').replaceAll(' :', ':').trim(),
    evidence: [patient.cite(event, 'reason'), ...patient.citeIfPresent(event, 'message')],
  }
}

export interface PluginError {
  /** `bridge`, `calico`; undefined where the runtime did not say. */
  plugin: string | undefined
  words: string
}

/** `plugin type="calico" name="k8s-pod-network" failed (add): …`; older runtimes leave out the plugin. */
export function pluginErrorIn(words: string): PluginError | undefined {
  const [, plugin, rest = ''] = /plugin type="([^"]*)"(?: name="[^"]*")? failed \(add\): (.*)$/.exec(words) ?? []
  return plugin === undefined ? undefined : {plugin, words: rest.replace(/\.$/, '')}
}

/** Pods that set up the network of their node, by the names that the plugins' own manifests give them. */
const AGENT = /^(?:calico-node|canal|cilium(?!-operator)|kube-flannel|weave-net|antrea-agent|aws-node|azure-cni|kube-router|kube-multus|multus|ovnkube-node|kube-ovn-cni|kindnet|netd)(?:-|$)/

/** The network plugin's own pod on that node, where it can be seen that it is not ready. */
export function brokenAgent(patient: Patient, node: string): Pod | undefined {
  return patient.list('Pod', {fieldSelector: `spec.nodeName=${node}`})?.find(({metadata, spec, status}) =>
    spec?.nodeName === node && AGENT.test(metadata?.name ?? '') && status?.conditions?.some(({type, status}) => type === 'Ready' && status === 'False'))
}

/** What stands in the way of pulling, in few words: for the image of the sandbox. */
export const pullTrouble = (words: string): string => {
  const lookup = lookupIn(words)
  return lookup ? `host "${lookup.host}" cannot be resolved (${lookup.words})` : /dial tcp (\S+): (.*)$/.exec(words)?.slice(1).join(': ') ?? words.replace(/^.*"[^"]*": /, '')
}
