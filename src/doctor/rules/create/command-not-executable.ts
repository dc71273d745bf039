import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'
import {startErrors} from '../../start-error.js'

/** runc: `exec: "/scripts/run.sh": permission denied`; crun: ``open executable: Permission denied``. Of a folder runc 1.1 says the same, later ones "is a directory". */
const NO_PERMISSION = /exec: "([^"]*)": permission denied|exec (?:container process )?`([^`]*)`: Permission denied/

export default defineRule({
  id: 'command-not-executable',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'The program is there, but may not be executed',
  explain: `The file that the container shall start has no execute permission. Files from a ConfigMap or Secret have mode 0644 unless the
volume's defaultMode says otherwise; files in an image keep the mode they had when it was built. A program that the container's user may not
execute says the same.`,

  * check(patient) {
    for (const {name, editPath, spec, words, evidence} of startErrors(patient)) {
      const match = NO_PERMISSION.exec(words)
      const program = match?.[1] ?? match?.[2]
      if (program === undefined) continue
      const mount = spec.volumeMounts?.find(({mountPath}) => program.startsWith(`${mountPath.replace(/\/$/, '')}/`) || program === mountPath)
      if (mount && program === mount.mountPath && !mount.subPath) continue
      const index = patient.pod.spec?.volumes?.findIndex(volume => volume.name === mount?.name) ?? -1
      const volume = patient.pod.spec?.volumes?.[index]
      const source = volume?.configMap ? 'configMap' : volume?.secret ? 'secret' : undefined
      const mode = volume?.[source!]?.defaultMode ?? 0o644
      const from = source && !(mode & 0o111) && `${volume?.configMap ? `ConfigMap "${volume.configMap.name ?? ''}"` : `Secret "${volume?.secret?.secretName ?? ''}"`} (volume "${volume?.name}")`
      const shell = spec.command?.[0] === program && program.endsWith('.sh')
        ? editTemplate(patient, [{path: `${editPath}.command`, to: ['sh', ...spec.command]}]) : undefined
      yield {
        container: name,
        summary: `"${program}" of container "${name}" may not be executed${from ? `: it comes from ${from}, whose files have mode ${mode.toString(8).padStart(4, '0')}` : mount ? '' : `: in image "${spec.image}" it has no execute permission, or is a folder`}.`,
        evidence: [...evidence, ...(source ? patient.citeIfPresent(patient.pod, `spec.volumes[${index}].${source}.defaultMode`) : [])],
        fixes: [
          // 493 is 0755: JSON has no octal numbers.
          ...(from ? [{action: `Give the files of volume "${volume!.name}" mode 0755 (493 in JSON)`, ...editTemplate(patient, [{path: `volumes[${volume!.name}].${source}.defaultMode`, to: 0o755}])}] : []),
          ...(shell ? [{action: 'Let a shell read the script', ...shell}] : []),
          ...(from ? [] : [{action: mount ? `Set the execute permission of ${program} on volume "${mount.name}", and see that the volume is not mounted with noexec`
            : `Set the execute permission when image ${spec.image} is built (chmod +x ${program}); if it is a folder, name the program in it`}]),
        ],
        culprit: {...patient.owner.ref, part: `${name} ${program}`},
      }
    }
  },
})
