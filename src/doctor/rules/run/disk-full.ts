import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {mountAt, pathIn} from '../../path-in-container.js'
import {defineRule} from '../../rule.js'
import type {Fix} from '../../types.js'

/**
 * ENOSPC and EDQUOT of the kernel. An emptyDir on disk is not bounded by the kernel: the kubelet evicts the pod, which is another fault; one in
 * memory is. "no space left on device" from inotify is about watches, not about space.
 */
export default defineRule({
  id: 'disk-full',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The program has no space left on the volume that it writes to',
  explain: `A write failed because the file system under it is full: a claim that is too small, an emptyDir in memory at its sizeLimit, /dev/shm (64Mi in every
container), or the node's own disk. A claim can be made larger where its StorageClass has allowVolumeExpansion; it never gets smaller.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'disk full')
      if (!said) continue
      const path = pathIn(said.raw) ?? pathIn(said.around)
      const written = path ?? [...container.spec.command ?? [], ...container.spec.args ?? []].flatMap(text => /(?:of=|> ?)(\/\S+)/.exec(text)?.[1] ?? [])[0]
      const sole = (container.spec.volumeMounts ?? []).filter(({readOnly, mountPath}) => !readOnly && !mountPath?.startsWith('/var/run/secrets'))
      const at = written ?? (sole.length === 1 ? sole[0]!.mountPath : undefined)
      const on = at === undefined ? undefined : mountAt(patient, container, at)
      const shm = at?.startsWith('/dev/shm') && !on
      const claim = on?.volume.persistentVolumeClaim && patient.find('PersistentVolumeClaim', on.volume.persistentVolumeClaim.claimName)
      const size = claim ? claim.status?.capacity?.['storage'] ?? claim.spec?.resources?.requests?.['storage'] : on?.volume.emptyDir?.sizeLimit
      const memory = on?.volume.emptyDir?.medium === 'Memory'
      if (!shm && !on) continue
      const grows = claim?.spec?.storageClassName === undefined ? undefined : patient.find('StorageClass', claim.spec.storageClassName)?.allowVolumeExpansion
      const fixes: Fix[] = shm ? [{action: 'Mount an emptyDir with medium Memory and a sizeLimit at /dev/shm'}]
        : claim && grows ? [{action: `Make claim "${claim.metadata?.name}" larger than ${size}: its StorageClass allows it`}]
        : claim ? [{action: `Free space on claim "${claim.metadata?.name}", or move its data to a larger one${grows === false ? `: StorageClass "${claim.spec?.storageClassName}" does not allow to expand it` : ''}`}]
        : [{action: `Write less to ${on!.mountPath}, or give volume "${on!.volume.name}" more room than ${size ?? 'it has'}`}]
      yield {
        container: container.name,
        summary: `${failsWith(container, said)}: ${shm ? '/dev/shm has 64Mi unless a volume is mounted there' : `${on!.mountPath} is ${on!.words}${memory ? ' in memory' : ''}${size === undefined ? ', and it is full' : memory ? ` with a sizeLimit of ${size}, and it is full` : ` of ${size}, and it is full`}`}.`,
        evidence: [...said.evidence, ...(on?.evidence ?? []), ...(claim ? patient.citeIfPresent(claim, 'status.capacity') : [])],
        fixes, culprit: claim ? {kind: 'PersistentVolumeClaim', namespace: patient.namespace, name: claim.metadata?.name ?? ''} : {...patient.owner.ref, part: `${container.name} ${at}`},
        ...(path === undefined && written === undefined && !memory && {likely: true as const}),
      }
    }
  },
})
