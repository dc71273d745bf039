import {editTemplate} from './fix.js'
import type {ContainerView, Patient} from './patient.js'
import type {Evidence, Fix} from './types.js'

export interface Forbidden {
  /** The end of a sentence about the file; empty where nothing is known. */
  why: string
  evidence: Evidence[]
  fixes: Fix[]
}

/** The mount that holds the file, with the volume's place in the pod. */
export function mountOf({pod}: Patient, {spec}: ContainerView, file: string) {
  const mount = spec.volumeMounts?.filter(({mountPath = '?'}) => file.startsWith(`${mountPath.replace(/\/$/, '')}/`) || file === mountPath).toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0]
  const index = pod.spec?.volumes?.findIndex(volume => volume.name === mount?.name) ?? -1
  const volume = pod.spec?.volumes?.[index]
  return {mount, volume, path: `spec.volumes[${index}]`}
}

/** Why a file may not be executed: those of ConfigMaps and Secrets have mode 0644 unless the volume says otherwise. */
export function forbidden(patient: Patient, container: ContainerView, file: string): Forbidden {
  const {spec, editPath} = container
  const {mount, volume, path} = mountOf(patient, container, file)
  const source = volume?.configMap ? 'configMap' : volume?.secret ? 'secret' : undefined
  const mode = volume?.[source!]?.defaultMode ?? 0o644
  const from = source && !(mode & 0o111) && `${volume?.configMap ? `ConfigMap "${volume.configMap.name ?? ''}"` : `Secret "${volume?.secret?.secretName ?? ''}"`} (volume "${volume?.name}")`
  const shell = spec.command?.[0] === file && file.endsWith('.sh') ? editTemplate(patient, [{path: `${editPath}.command`, to: ['sh', ...spec.command]}]) : undefined
  return {
    why: from ? `: it comes from ${from}, whose files have mode ${mode.toString(8).padStart(4, '0')}` : mount ? '' : `: in image "${spec.image}" it has no execute permission, or is a folder`,
    evidence: source ? patient.citeIfPresent(patient.pod, `${path}.${source}.defaultMode`) : [],
    fixes: [
      // 493 is 0755: JSON has no octal numbers.
      ...(from ? [{action: `Give the files of volume "${volume!.name}" mode 0755 (493 in JSON)`, ...editTemplate(patient, [{path: `volumes[${volume!.name}].${source}.defaultMode`, to: 0o755}])}] : []),
      ...(shell ? [{action: 'Let a shell read the script', ...shell}] : []),
      ...(from ? [] : [{action: mount ? `Set the execute permission of ${file} on volume "${mount.name}", and see that the volume is not mounted with noexec`
        : `Set the execute permission when image ${spec.image} is built (chmod +x ${file}); if it is a folder, name the program in it`}]),
    ],
  }
}
