import {defineRule} from '../../rule.js'
import {plainWords} from '../../runtime-words.js'
import {said, unmountedOf, volumeWord} from '../../unmounted.js'

/** `AttachVolume.Attach failed for volume "pv" : WORDS`; the storage's words stay in `status.attachError` of the VolumeAttachment as long as it fails. */
const WORDS = /^AttachVolume\.\S+ failed for volume "[^"]*" ?: (.*)$/s
const DRIVER = /does not contain driver|not found in the list of registered/

export default defineRule({
  id: 'volume-not-attached',
  phase: 'volume',
  severity: 'error',
  heals: 'never',
  refines: ['volume-not-mounted', 'kubelet-silent'],
  title: 'The storage refuses to attach the volume to the node',
  explain: `Before a disk can be mounted, the storage system has to attach it to the node of the pod; the CSI driver's attacher asks for it and writes what it is told into a
VolumeAttachment. The disk may be gone, belong to another zone or account, be in use elsewhere, or the node may hold as many disks as it can. It is tried again for ever.`,

  * check(patient) {
    const node = patient.pod.spec?.nodeName
    for (const unmounted of unmountedOf(patient)) {
      const {volume, name} = unmounted
      const attachment = volume && patient.list('VolumeAttachment', {})?.find(({spec}) => spec.source.persistentVolumeName === volume.metadata?.name && spec.nodeName === node)
      const error = attachment?.status?.attached ? undefined : attachment?.status?.attachError?.message
      const event = said(unmounted, WORDS)
      const words = plainWords(error ?? event?.match[1] ?? '').replace(/\.$/, '')
      if (words === '' || attachment?.status?.attached || DRIVER.test(words)) continue
      const {driver, volumeHandle} = volume?.spec?.csi ?? {}
      const word = volumeWord(unmounted)
      yield {
        about: name,
        summary: `${word.charAt(0).toUpperCase() + word.slice(1)} cannot be attached to node "${node}": ${driver === undefined ? '' : `driver "${driver}" says of "${volumeHandle}": `}${words}.`,
        evidence: [...(attachment && error !== undefined ? [patient.cite(attachment, 'status.attachError.message'), patient.cite(attachment, 'spec.nodeName')] : []),
          ...(event ? [patient.cite(event.event, 'message')] : []), ...(volume?.spec?.csi ? [patient.cite(volume, 'spec.csi.volumeHandle')] : [])],
        fixes: [], culprit: volume ? {kind: 'PersistentVolume', name: volume.metadata?.name ?? ''} : {...patient.owner.ref, part: name},
      }
    }
  },
})
