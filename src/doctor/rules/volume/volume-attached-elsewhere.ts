import {recreate} from '../../claim-holders.js'
import {usersOf} from '../../claims.js'
import {listed} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {said, unmountedOf, volumeWord} from '../../unmounted.js'

/**
 * The attach/detach controller: `Multi-Attach error for volume "pv" Volume is already used by pod(s) a, b`, or `Volume is already exclusively attached to one node and can't be
 * attached to another`. Without the event the VolumeAttachment of the other node says the same. Not ReadWriteOncePod, which the scheduler keeps (claim-held-by-other-pod).
 */
const WORDS = /^Multi-Attach error for volume/

export default defineRule({
  id: 'volume-attached-elsewhere',
  phase: 'volume',
  severity: 'error',
  heals: 'by itself',
  refines: ['volume-not-mounted', 'volume-not-attached', 'kubelet-silent'],
  title: 'The volume is still attached to another node',
  explain: `A volume with access mode ReadWriteOnce is attached to one node at a time. While a pod on another node uses it, or that node is down and has not let go, it cannot be
attached to this one. A Deployment that replaces its pods one by one starts the new pod before the old one has gone: on another node it waits for itself for ever, and with strategy Recreate it
does not. A node that is down lets go six minutes later at the earliest, or when it gets taint node.kubernetes.io/out-of-service.`,

  * check(patient) {
    const here = patient.pod.spec?.nodeName
    for (const unmounted of unmountedOf(patient)) {
      const {volume, claimName, name} = unmounted
      const claim = volume && claimName !== undefined ? patient.find('PersistentVolumeClaim', claimName) : undefined
      if (!volume || !claim || (volume.spec?.accessModes ?? []).some(mode => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany')) continue
      const words = said(unmounted, WORDS)
      const attachments = patient.list('VolumeAttachment', {})?.filter(({spec}) => spec.source.persistentVolumeName === volume.metadata?.name) ?? []
      const other = attachments.find(({spec, status}) => spec.nodeName !== here && status?.attached)
      if (attachments.some(({spec, status}) => spec.nodeName === here && status?.attached) || !(words ?? other)) continue
      const holders = (usersOf(patient, claim) ?? []).filter(({spec}) => spec?.nodeName !== here)
      const node = other?.spec.nodeName ?? holders[0]?.spec?.nodeName
      const down = node === undefined ? undefined : patient.find('Node', node)
      const ready = down?.status?.conditions?.findIndex(({type}) => type === 'Ready') ?? -1
      const dead = down === null || (ready >= 0 && down?.status?.conditions?.[ready]?.status !== 'True')
      const users = holders.map(({metadata}) => `"${metadata?.name}"`)
      const word = volumeWord(unmounted)
      yield {
        about: name,
        summary: `${word.charAt(0).toUpperCase() + word.slice(1)} is ${node === undefined ? 'attached to another node' : `still attached to node "${node}"`}${dead ? down === null ? ', which does not exist any more' : ', which is not ready' : ''}${
          users.length > 0 ? `${dead ? ' and' : ','} where pod${users.length > 1 ? 's' : ''} ${listed(users)} use${users.length > 1 ? '' : 's'} it` : ''}, and cannot be attached to node "${here}" at the same time (${listed(volume.spec?.accessModes ?? [])}).`,
        evidence: [...(words ? [patient.cite(words.event, 'message')] : []), ...(other ? [patient.cite(other, 'spec.nodeName'), patient.cite(other, 'status.attached')] : []),
          patient.cite(volume, 'spec.accessModes'), ...holders.slice(0, 3).map(holder => patient.cite(holder, 'spec.nodeName')), ...(dead && down ? [patient.cite(down, `status.conditions[${ready}].status`)] : [])],
        fixes: dead ? [{action: `Bring node "${node}" back; or, once it is certain that it is switched off, set taint node.kubernetes.io/out-of-service on it, so that the volume is taken away from it`}]
          : holders.length > 0 ? recreate(patient, holders, `volume "${volume.metadata?.name}"`) : [],
        culprit: {kind: 'PersistentVolume', name: volume.metadata?.name ?? ''},
      }
    }
  },
})
