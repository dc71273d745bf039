import {defineRule} from '../../rule.js'
import {said, unmountedOf} from '../../unmounted.js'

/** The kubelet's desired_state_of_world_populator: `volume data has volumeMode Block, but is specified in volumeMounts`, and the reverse with volumeDevices. The claim's field says the same when the event is gone. */
const WORDS = /has volumeMode (?:Block|Filesystem), but is specified in volume(?:Mounts|Devices)/

export default defineRule({
  id: 'volume-mode-mismatch',
  phase: 'volume',
  severity: 'error',
  heals: 'never',
  refines: 'volume-not-mounted',
  title: 'A block device is mounted as a folder, or a filesystem is used as a device',
  explain: `A claim has volumeMode Filesystem (the default) or Block. A filesystem is mounted on a folder by volumeMounts; a raw block device has no filesystem and is handed to the container by
volumeDevices, with the path of a device file. The two cannot be exchanged, and the volumeMode of a claim cannot be changed.`,

  * check(patient) {
    for (const unmounted of unmountedOf(patient)) {
      const claim = unmounted.claimName === undefined ? undefined : patient.find('PersistentVolumeClaim', unmounted.claimName)
      if (!claim) continue
      const mode = claim.spec?.volumeMode ?? 'Filesystem'
      const field = mode === 'Block' ? 'volumeMounts' as const : 'volumeDevices' as const
      for (const {name: container, spec, specPath} of patient.containers) {
        const index = (spec[field] as {name: string}[] | undefined)?.findIndex(({name}) => name === unmounted.name) ?? -1
        if (index < 0) continue
        const words = said(unmounted, WORDS)
        yield {
          about: unmounted.name, container,
          summary: mode === 'Block' ? `Container "${container}" mounts volume "${unmounted.name}" as a folder (volumeMounts), but claim "${unmounted.claimName}" is a block device (volumeMode Block).`
            : `Container "${container}" uses volume "${unmounted.name}" as a block device (volumeDevices), but claim "${unmounted.claimName}" is a filesystem (volumeMode Filesystem).`,
          evidence: [...(words ? [patient.cite(words.event, 'message')] : []), ...patient.citeIfPresent(claim, 'spec.volumeMode'), patient.cite(patient.pod, `${specPath}.${field}[${index}]`)],
          fixes: [{action: mode === 'Block' ? `Name volume "${unmounted.name}" under volumeDevices of container "${container}" with a devicePath, or use a claim with volumeMode Filesystem`
            : `Name volume "${unmounted.name}" under volumeMounts of container "${container}" with a mountPath, or use a claim with volumeMode Block`}],
          culprit: {...patient.owner.ref, part: `${container} ${unmounted.name}`},
        }
        break
      }
    }
  },
})
