import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'
import {manifestWord} from '../../scheduling-words.js'
import {said, suspect, unmountedOf} from '../../unmounted.js'

/**
 * `hostPath type check failed: /p is not a directory` (file, socket file, block device, character device): the same words whether there is nothing or something else at the path. A local PersistentVolume says
 * `path "/mnt/disk7" does not exist`. What is on a node's disk cannot be read through the API, so without the event it is only probable.
 */
const TYPE = /hostPath type check failed: (\S+) is not an? (.+?)\s*$/
const LOCAL = /path "([^"]+)" does not exist/
const NOUNS: Record<string, string> = {Directory: 'directory', File: 'file', Socket: 'socket file', CharDevice: 'character device', BlockDevice: 'block device'}

export default defineRule({
  id: 'host-path-missing',
  phase: 'volume',
  severity: 'error',
  heals: 'never',
  refines: 'volume-not-mounted',
  title: 'The node does not have at that path what the volume wants',
  explain: `A volume of type hostPath or local shows the pod a path of its node. With a type (Directory, File, Socket, a device) the kubelet looks whether that is what the node has there, and
mounts nothing if it is not: the path is misspelt, was never made on this node, or is something else. Every node has its own disk, so one node may have the path and the next not. DirectoryOrCreate makes an empty folder.`,

  * check(patient) {
    const node = patient.pod.spec?.nodeName
    const silent = suspect(patient)
    for (const unmounted of unmountedOf(patient)) {
      const {name, source, path, volume} = unmounted
      const host = source.hostPath ?? volume?.spec?.hostPath
      const local = volume?.spec?.local
      const words = said(unmounted, host ? TYPE : LOCAL)
      if (!(host?.type || local) || !(words ?? silent?.name === name)) continue
      const where = host?.path ?? local?.path ?? ''
      const noun = host ? NOUNS[host.type ?? ''] ?? 'directory' : 'directory'
      const cited = source.hostPath ? patient.cite(patient.pod, `${path}.hostPath`) : patient.cite(volume!, host ? 'spec.hostPath' : 'spec.local')
      const change = source.hostPath?.type === 'Directory' ? editTemplate(patient, [{path: `volumes[${name}].hostPath.type`, to: 'DirectoryOrCreate'}]) : undefined
      const of = volume ? `PersistentVolume "${volume.metadata?.name}" (claim "${unmounted.claimName}")` : `volume "${name}"`
      yield {
        about: name,
        summary: words || !host ? `${words ? `${where} on node "${node}" ${host ? `is not a ${noun}, or does not exist` : 'does not exist'}` : `${where} is probably missing on node "${node}"`}, and ${of} needs ${host ? `a ${noun} there (hostPath type ${host.type})` : 'it'}.`
          : `Node "${node}" has probably no ${noun} at ${where}, which ${of} needs (hostPath type ${host.type}).`,
        evidence: [...(words ? [patient.cite(words.event, 'message')] : patient.citeIfPresent(patient.pod, patient.condition('PodReadyToStartContainers')?.path ?? '')), cited],
        fixes: [{action: `Make the ${noun} ${where} on node "${node}", or name the path that it has in ${volume ? `PersistentVolume "${volume.metadata?.name}"` : manifestWord(patient)}`},
          ...(change ? [{action: `Let the kubelet make an empty folder at ${where}, if the data need not be there before`, ...change}] : [])],
        culprit: {kind: 'Node', name: node ?? '', part: where}, ...(!words && {likely: true as const}),
      }
    }
  },
})
