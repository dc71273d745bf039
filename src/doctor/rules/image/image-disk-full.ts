import {pullErrors} from '../../image-pull.js'
import {defineRule} from '../../rule.js'
import type {Evidence} from '../../types.js'

/** From the system call that writes a layer; containerd wraps it in `failed to extract layer`, CRI-O in `writing blob`, Docker in `failed to register layer`. */
const FULL = /no space left on device|disk quota exceeded|not enough free (?:disk )?space/

export default defineRule({
  id: 'image-disk-full',
  phase: 'image',
  severity: 'error',
  heals: 'by itself',
  refines: 'image-pull-failed',
  title: 'The node\'s disk is full, so the image cannot be unpacked',
  explain: `The image arrived, or part of it, and the node had no room to unpack it. The kubelet removes unused images when its image disk is
more than 85 percent full, and evicts pods when that does not help; an image that is larger than what is left fails before that. The space is used
by images, by what containers write outside of volumes, by emptyDir volumes and by logs. Inodes can run out, too.`,

  * check(patient) {
    for (const {name, spec, words, evidence} of pullErrors(patient)) {
      if (!FULL.test(words)) continue
      const nodeName = patient.pod.spec?.nodeName ?? ''
      const node = patient.find('Node', nodeName)
      const index = node?.status?.conditions?.findIndex(({type, status}) => type === 'DiskPressure' && status === 'True') ?? -1
      const pressure: Evidence[] = node && index >= 0 ? patient.citeIfPresent(node, `status.conditions[${index}].message`) : []
      yield {
        container: name,
        summary: `The disk of node "${nodeName}" is full, so image "${spec.image}" of container "${name}" cannot be unpacked there${index >= 0 ? '; the node reports disk pressure' : ''}.`,
        evidence: [...evidence, ...pressure],
        fixes: [{action: `Free disk space on node "${nodeName}" (crictl rmi --prune removes images that no container uses), or give it a larger disk`}],
        culprit: {kind: 'Node', name: nodeName, part: 'disk'},
      }
    }
  },
})
