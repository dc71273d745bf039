import type {Node} from '../kube/types.js'

/** What a condition of a node means, and what to do about it: the kubelet's own (pkg/kubelet/nodestatus), the node controller's, and those of the cloud and of network plugins. */
export interface NodeTrouble {
  type: string
  /** Where it stands, for evidence. */
  path: string
  since: string | undefined
  /** The end of a sentence that begins with the node. */
  words: string
  cure: string
}

type Condition = NonNullable<NonNullable<Node['status']>['conditions']>[number]

const bare = (message: string | undefined) => (message ?? '').trim().replace(/\.$/, '')

/** Why Ready is not True. `Unknown` is set by the node controller once the kubelet has not renewed its lease for 40 seconds. */
function unreadyWords({status, reason, message, lastHeartbeatTime}: Condition, name: string): [string, string] {
  const text = bare(message)
  if (status === 'Unknown') {
    return [`has not reported since ${lastHeartbeatTime ?? 'it is known'} (${text || reason || 'NodeStatusUnknown'}): its machine is off or cut off, or its kubelet has stopped`, `Bring node "${name}" back: start its machine or its kubelet (systemctl status kubelet, on the node), or delete the Node if the machine is gone for good`]
  }
  const plugin = /message:(.*)$/.exec(text)?.[1]
  if (/NetworkReady=false|NetworkPluginNotReady|cni plugin not initialized/.test(text)) return [`has no pod network: ${plugin ?? text}`, `Install or repair the network plugin of node "${name}": its pod there has to put a configuration into /etc/cni/net.d`]
  if (/PLEG is not healthy/.test(text)) return [`is not ready because its container runtime answers too slowly: ${text}`, `Relieve node "${name}", or restart its container runtime`]
  if (/container runtime (?:is down|status check|not ready)|RuntimeReady=false/.test(text)) return [`is not ready because its container runtime is down: ${text}`, `Start the container runtime of node "${name}" (systemctl status containerd, or crio, on the node)`]
  if (/shutting down/.test(text)) return [`is shutting down: ${text}`, `Wait until node "${name}" is back, or start its machine`]
  return [`is not ready${text ? `: ${text}` : ''}`, `Repair node "${name}"; its kubelet says what it lacks (journalctl -u kubelet, on the node)`]
}

const PRESSURE: Record<string, [words: string, cure: (name: string) => string]> = {
  MemoryPressure: ['is short of memory', name => `Free memory on node "${name}", or give its pods requests that say what they use`],
  DiskPressure: ['is short of disk space', name => `Free disk space on node "${name}": unused images, logs, files of pods`],
  PIDPressure: ['is short of process ids', name => `End processes on node "${name}"`],
  NetworkUnavailable: ['has no network route yet', name => `Let the network plugin or the cloud set up the routes of node "${name}"`],
}

/** What speaks against the node, the gravest first. */
export function troublesOf({metadata, status}: Node): NodeTrouble[] {
  const name = metadata?.name ?? ''
  return (status?.conditions ?? []).flatMap((condition, i): NodeTrouble[] => {
    const {type, status, message, reason, lastTransitionTime} = condition
    const of = (words: string, cure: string) => [{type, path: `status.conditions[${i}]`, since: lastTransitionTime, words, cure}]
    if (type === 'Ready') return status === 'True' ? [] : of(...unreadyWords(condition, name))
    if (status !== 'True') return []
    const [words, cure] = PRESSURE[type] ?? []
    return words !== undefined && cure ? of(`${words}${bare(message) ? ` (${bare(message)})` : ''}`, cure(name))
      : of(`reports ${type}${reason ? ` (${reason})` : ''}${bare(message) ? `: ${bare(message)}` : ''}`, `Repair what condition ${type} of node "${name}" reports`)
  }).toSorted((a, b) => Number(b.type === 'Ready') - Number(a.type === 'Ready'))
}
