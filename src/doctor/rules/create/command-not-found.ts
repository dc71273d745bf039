import {editTemplate, type Change} from '../../fix.js'
import {distance} from '../../near-miss.js'
import type {Patient} from '../../patient.js'
import {defineRule} from '../../rule.js'
import {startErrors, type StartError} from '../../start-error.js'

/**
 * runc and containerd: `exec: "wge": executable file not found in $PATH`; crun and CRI-O: ``executable file `wge` not found in $PATH``.
 * A path that does not exist says `stat /app/server: no such file or directory`; both name the first word of the command.
 */
const NOT_FOUND = /exec: "([^"]*)": executable file not found|executable file `([^`]*)` not found|exec: "([^"]*)": stat \S+: no such file or directory/

/** Programs that images commonly have and people commonly misspell. */
const COMMON = ['bash', 'busybox', 'cat', 'curl', 'date', 'echo', 'env', 'find', 'gunicorn', 'java', 'nc', 'nginx', 'node', 'npm', 'php', 'ping', 'postgres', 'python', 'python3', 'redis-server', 'ruby', 'sh', 'sleep', 'tail', 'uvicorn', 'wget']

/** What the first word of the command shows, and the change that cures it where that is certain. */
function insight(patient: Patient, {name, role, spec}: StartError, program: string): {because: string, action?: string, change?: Change | undefined} {
  const at = `${role === 'main' ? 'containers' : 'initContainers'}[${name}]`
  const {command = []} = spec
  const edit = (to: string[]) => editTemplate(patient, [{path: `${at}.command`, to}])
  if (command[0] === program && /\s/.test(program.trim())) {
    const words = program.trim().split(/\s+/)
    // Quotes or shell characters in it need a shell; splitting would change what they mean.
    const better = /["'`$|&;<>(){}*?\\]/.test(program) ? ['sh', '-c', program] : words
    return {because: '; the whole command line stands in one element of "command"', action: `Write the command as a list: ${JSON.stringify([...better, ...command.slice(1)])}`, change: edit([...better, ...command.slice(1)])}
  }
  if (program.startsWith('-')) {
    return {because: '; that is a flag, and flags for the image\'s own program belong into "args"', action: 'Move the flags from "command" to "args"',
      change: editTemplate(patient, [{path: `${at}.args`, to: [...command, ...spec.args ?? []]}, {path: `${at}.command`, remove: true}])}
  }
  const base = program.slice(program.lastIndexOf('/') + 1)
  const meant = COMMON.filter(word => word !== base && distance(base, word) <= (base.length > 4 ? 2 : 1)).toSorted((a, b) => distance(base, a) - distance(base, b))[0]
  if (meant === undefined || COMMON.includes(base)) return {because: ''}
  const word = program.slice(0, program.length - base.length) + meant
  return {because: `; "${word}" may be meant`, action: `Start "${word}" instead`, change: command[0] === program ? edit([word, ...command.slice(1)]) : undefined}
}

export default defineRule({
  id: 'command-not-found',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'The program that the container shall start is not in the image',
  explain: `The first word of "command" (or the image's entry point) is the program to start, and the image has no such file in its PATH.
Often it is misspelt; or the whole command line stands in one list element; or a flag stands where the program should; or the image is a small one
without a shell. A volume mounted over the folder of the program hides it, too. "command" replaces the image's ENTRYPOINT, "args" its CMD.`,

  * check(patient) {
    for (const error of startErrors(patient)) {
      const program = NOT_FOUND.exec(error.words)?.slice(1).find(word => word !== undefined)
      if (program === undefined) continue
      const {because, action, change} = insight(patient, error, program)
      const hiding = error.spec.volumeMounts?.find(({mountPath}) => program.startsWith(`${mountPath.replace(/\/$/, '')}/`))
      yield {
        container: error.name,
        summary: `Program "${program}" of container "${error.name}" is not in image "${error.spec.image}"${hiding ? `; volume "${hiding.name}" is mounted over ${hiding.mountPath} and hides what the image has there` : because}.`,
        evidence: [...error.evidence, ...patient.citeIfPresent(patient.pod, `${error.specPath}.command`)],
        fixes: [
          ...(action !== undefined && !hiding ? [{action, ...change}] : []),
          ...(hiding ? [{action: `Mount volume "${hiding.name}" elsewhere than on ${hiding.mountPath}, or start a program that the volume holds`}] : []),
          ...(action === undefined && !hiding ? [{action: `Name a program that image ${error.spec.image} has, with its whole path, or use an image that has "${program}"`}] : []),
        ],
        culprit: {...patient.owner.ref, part: `${error.name} ${program}`},
      }
    }
  },
})
