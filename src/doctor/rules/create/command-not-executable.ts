import {forbidden, mountOf} from '../../execute-permission.js'
import {defineRule} from '../../rule.js'
import {startErrors} from '../../start-error.js'

/** runc: `exec: "/scripts/run.sh": permission denied`; crun: ``open executable: Permission denied``. Of a folder runc 1.1 says the same, later ones "is a directory". */
const NO_PERMISSION = /exec: "([^"]*)": permission denied|exec (?:container process )?`([^`]*)`: Permission denied/
/** Folders of every image. */
const KNOWN = /^\/(?:$|(?:bin|boot|dev|etc|home|lib|lib64|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var|usr\/bin|usr\/lib|usr\/local|usr\/local\/bin|usr\/sbin)\/?$)/
const FOLDER = /exec: "([^"]*)": is a directory|exec (?:container process )?`([^`]*)`: Is a directory/

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
    for (const container of startErrors(patient)) {
      const {name, words, evidence, spec} = container
      const match = FOLDER.exec(words) ?? NO_PERMISSION.exec(words)
      const program = match?.[1] ?? match?.[2]
      if (program === undefined) continue
      const {mount} = mountOf(patient, container, program)
      const folder = FOLDER.test(words) || KNOWN.test(program) || program.endsWith('/') || (program === mount?.mountPath && !mount.subPath)
      const {why, evidence: mode, fixes} = forbidden(patient, container, program)
      yield folder ? {
        container: name,
        summary: `"${program}" of container "${name}" is a folder, not a program${mount ? ` (volume "${mount.name}")` : ''}.`,
        evidence,
        fixes: [{action: `Name a program that stands in ${program}${spec.command ? ', or leave out "command" for the image\'s own' : ''}`}],
        culprit: {...patient.owner.ref, part: `${name} ${program}`},
      } : {
        container: name,
        summary: `"${program}" of container "${name}" may not be executed${why}.`,
        evidence: [...evidence, ...mode],
        fixes,
        culprit: {...patient.owner.ref, part: `${name} ${program}`},
      }
    }
  },
})
