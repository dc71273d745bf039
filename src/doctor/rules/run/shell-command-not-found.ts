import {meantBy} from '../../command.js'
import {mountOf} from '../../execute-permission.js'
import {logOfEnd} from '../../log-scan.js'
import {nearMisses} from '../../near-miss.js'
import {keysOf} from '../../references.js'
import {defineRule} from '../../rule.js'
import {originsOf} from '../../value-origin.js'

/**
 * busybox `sh: x: not found`, `/run.sh: line 3: x: not found`, `exec: line 5: x: not found`; dash `sh: 1: x: not found`; bash `bash: line 1: x: command not found`;
 * `env: 'x': No such file or directory` of a script's first line. Python's and other programs' "not found" have no exit code 127.
 */
const NOT_FOUND = /^(?:\S*?): (?:(?:exec|line \d+|\d+): )*([^\s:]+): (?:command )?not found$|^(?:\/usr\/bin\/)?env: (?:can't execute )?['‘"]?([^'’"\s:]+)['’"]?: No such file or directory$/

export default defineRule({
  id: 'shell-command-not-found',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: ['container-exited', 'init-container-failed'],
  title: 'A shell in the container does not find a program',
  explain: `The container's shell runs, but a program that its script names is not in the image, or not in the PATH: the shell says "not found" and ends with
exit code 127. Often the name is misspelt, or the image is a small one that has no bash, curl or python. Of a script that is there, the same words mean that
the program in its first line (#!) is missing.`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, spec, ended} = container
      const log = ended.exitCode === 127 ? logOfEnd(patient, container) : undefined
      const line = log?.text.split('\n').findLastIndex(text => NOT_FOUND.test(text.trim())) ?? -1
      if (!log || line < 0) continue
      const [, plain, interpreter] = NOT_FOUND.exec(log.text.split('\n')[line]!.trim())!
      const program = plain ?? interpreter ?? ''
      const base = program.slice(program.lastIndexOf('/') + 1)
      const {mount, volume} = mountOf(patient, container, program)
      const map = volume?.configMap?.name === undefined ? undefined : patient.find('ConfigMap', volume.configMap.name)
      const key = map && nearMisses(base, keysOf(map))[0]?.name
      const meant = key === undefined ? meantBy(program) : `${program.slice(0, -base.length)}${key}`
      const [origin] = originsOf(patient, container, program)
      const because = key !== undefined ? `; ConfigMap "${volume!.configMap!.name}", which is mounted there, has "${key}"` : meant !== undefined ? `; "${meant}" may be meant`
        : mount ? `; volume "${mount.name}" is mounted over ${mount.mountPath}`
        : base === 'bash' ? '; small images have "sh" instead' : program.includes('/') ? ': the file itself is missing, or what its first line (#!) names' : ''
      yield {
        container: name,
        summary: `The shell in container "${name}" does not find "${program}" in image "${spec.image}" (exit code 127)${because}.`,
        evidence: [patient.citeLog(log, line), patient.cite(patient.pod, `${ended.path}.exitCode`), ...(origin ? [origin.evidence] : [])],
        fixes: [...(meant !== undefined && origin ? [origin.change(meant)] : []), ...(meant === undefined || !origin ? [{action: meant !== undefined ? `Write "${meant}" instead of "${program}"`
          : program.includes('/') ? `Put ${program} into image ${spec.image} (or into a volume), or name a file that is there` : `Use an image that has ${program}, or install it when ${spec.image} is built`}] : [])],
        culprit: {...patient.owner.ref, part: `${name} ${program}`},
      }
    }
  },
})
