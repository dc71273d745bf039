import {defineRule} from '../../rule.js'
import {plainWords} from '../../runtime-words.js'
import {said, suspect, unmountedOf} from '../../unmounted.js'

/** k8s.io/mount-utils: `mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs SERVER:PATH …\nOutput: WORDS`, with line breaks. */
const FAILED = /mount failed: (?:exit status (\d+)|signal: \w+)[\s\S]*?Output: ([\s\S]*)$/
/** util-linux and busybox where no mount.nfs is installed. */
const NO_HELPER = /unknown filesystem type|you might need a \/sbin\/mount\.|wrong fs type, bad option/

export default defineRule({
  id: 'mount-command-failed',
  phase: 'volume',
  severity: 'error',
  heals: 'by itself',
  refines: 'volume-not-mounted',
  title: 'The node cannot mount the network share of a volume',
  explain: `The kubelet runs the node's own mount command for NFS and the like, on the node and with the node's DNS: names of Services do not resolve there. The words are those of that
command: the server is unknown or does not answer, does not export the path or not to this node, or the node lacks the program for the kind of filesystem (package nfs-common or nfs-utils).`,

  * check(patient) {
    const node = patient.pod.spec?.nodeName
    const silent = suspect(patient)
    for (const unmounted of unmountedOf(patient)) {
      const {name, source, path, volume, claimName} = unmounted
      const nfs = source.nfs ?? volume?.spec?.nfs
      const words = said(unmounted, FAILED)
      if (!words && !(nfs && silent?.name === name)) continue
      const output = plainWords(words?.match[2] ?? '').replace(/^mount: (?:mounting )?\S+:? ?/, '').replace(/\.$/, '')
      const helper = NO_HELPER.test(output) && nfs
      const what = `${volume ? `PersistentVolume "${volume.metadata?.name}" (claim "${claimName}")` : `Volume "${name}"`} cannot be mounted${nfs ? ` from NFS server "${nfs.server}", path ${nfs.path}` : ''}`
      yield {
        about: name,
        summary: `${what}, on node "${node}"${helper ? `: the node has no program to mount NFS (${output})` : output ? `: ${output}` : words ? `: exit status ${words.match[1] ?? 'unknown'}` : '; nobody has written down why'}.`,
        evidence: [...(words ? [patient.cite(words.event, 'message')] : patient.citeIfPresent(patient.pod, patient.condition('PodReadyToStartContainers')?.path ?? '')),
          ...(source.nfs ? [patient.cite(patient.pod, `${path}.nfs`)] : volume?.spec?.nfs ? [patient.cite(volume, 'spec.nfs')] : [])],
        fixes: helper ? [{action: `Install the NFS client on node "${node}" (package nfs-common or nfs-utils); the name "${nfs.server}" must resolve there, too`}] : [],
        culprit: nfs ? {kind: 'NFS', name: `${nfs.server}:${nfs.path}`} : {...patient.owner.ref, part: name}, ...(!words && {likely: true as const}),
      }
    }
  },
})
