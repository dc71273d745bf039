import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'
import {manifestWord} from '../../scheduling-words.js'
import {startErrors} from '../../start-error.js'
import {keyedVolume, meantFile, mountsOf} from '../../sub-paths.js'
import type {Fix} from '../../types.js'

/** runc: `error mounting "SOURCE" to rootfs at "/etc": … not a directory` (1.1: also `Are you trying to mount a directory onto a file (or vice-versa)?`); crun: `mount `SOURCE` to `etc`: Not a directory`. Neither says which of the two is the file. */
const WORDS = /to rootfs at "([^"]+)"[\s\S]*(?:not a directory|directory onto a file)|mount `[^`]*` to `\/?([^`]+)`: (?:Not|Is) a directory/i

export default defineRule({
  id: 'mount-over-other-type',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'A file is mounted over a folder, or a folder over a file',
  explain: `A mount takes the place of what the image has at its mountPath, and both must be of the same type. With subPath a single key of a ConfigMap is a file, and its mountPath must be the whole
name of a file. Where the volume does not have what subPath names, the kubelet makes an empty folder of that name, which cannot take the place of a file: most often the key is misspelt.`,

  * check(patient) {
    for (const error of startErrors(patient)) {
      const {name: container, words, evidence} = error
      const match = WORDS.exec(words)
      const target = match?.[1] ?? (match?.[2] === undefined ? undefined : `/${match[2]}`)
      const mount = mountsOf(error).find(({mountPath}) => `${mountPath}`.replace(/\/$/, '') === target)
      if (!mount || target === undefined) continue
      const keyed = keyedVolume(patient, mount)
      const {subPath, name} = mount
      const isFile = subPath !== undefined && (keyed?.files?.includes(subPath) ?? false)
      const absent = subPath !== undefined && keyed?.files?.includes(subPath) === false
      const source = patient.pod.spec?.volumes?.find(volume => volume.name === name)
      const meant = absent ? meantFile(patient, mount, keyed!.files!) : undefined
      const inside = `${target}/${subPath}`
      const fixes: Fix[] = isFile ? [{action: `Mount it on ${inside} in ${manifestWord(patient)}`, ...editTemplate(patient, [{path: `${mount.editPath}.mountPath`, to: inside}])}]
        : meant ? [{action: `Name subPath ${meant.file} in ${manifestWord(patient)}`, ...meant.change}] : [{action: `Mount volume "${name}" on a folder of its own${absent ? `, or name a key that ${keyed!.word} has` : ''}`}]
      yield {
        container,
        summary: isFile ? `Key ${subPath} of ${keyed!.word} (volume "${name}") is a file and is mounted over ${target}, which is a folder in image "${error.spec.image}" of container "${container}".`
          : absent ? `${keyed!.word} has no key ${subPath} (subPath of volume "${name}"), so an empty folder is made and mounted over ${target}, which is a file in the image of container "${container}"${
            meant ? `; it has "${meant.file}"` : keyed!.files!.length > 0 ? `; it has ${keyed!.files!.slice(0, 5).join(', ')}` : ''}.`
          : source?.emptyDir || (keyed && subPath === undefined) ? `${subPath === undefined ? `Volume "${name}"` : `subPath ${subPath} of volume "${name}", which is empty at first,`} is a folder and is mounted over ${target}, which is a file in image "${error.spec.image}" of container "${container}".`
          : `Volume "${name}" is mounted over ${target} in container "${container}", and one of the two is a file and the other a folder.`,
        evidence: [...evidence, patient.cite(patient.pod, mount.path), ...keyed?.evidence ?? []], fixes, culprit: {...patient.owner.ref, part: `${container} ${name}`},
      }
    }
  },
})
