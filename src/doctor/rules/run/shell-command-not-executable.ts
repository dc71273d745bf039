import {forbidden} from '../../execute-permission.js'
import {logOfEnd} from '../../log-scan.js'
import {defineRule} from '../../rule.js'

/** busybox and dash `sh: 1: /x: Permission denied`; bash `bash: line 1: /x: Permission denied`, `/x: Is a directory`, `/x: cannot execute binary file: Exec format error`. */
const NO_PERMISSION = /^\S*?: (?:(?:exec|line \d+|\d+): )*([^\s:]+): (Permission denied|Is a directory|cannot execute binary file.*|Exec format error)$/

/** The shell started; where the container's own program may not be executed, no container runs at all: `command-not-executable`. */
export default defineRule({
  id: 'shell-command-not-executable',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: ['container-exited', 'init-container-failed'],
  title: 'A shell in the container may not execute a file',
  explain: `The container's shell runs and finds the file that its script names, but may not execute it: the file has no execute permission (files from a ConfigMap or
Secret have mode 0644), is a folder, or is a program for another processor. The shell ends with exit code 126.`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, ended} = container
      const log = ended.exitCode === 126 ? logOfEnd(patient, container) : undefined
      const line = log?.text.split('\n').findLastIndex(text => NO_PERMISSION.test(text.trim())) ?? -1
      if (!log || line < 0) continue
      const [, file = '', words = ''] = NO_PERMISSION.exec(log.text.split('\n')[line]!.trim())!
      const format = /format|binary/.test(words)
      const node = patient.pod.spec?.nodeName
      const architecture = node === undefined ? undefined : patient.find('Node', node)?.status?.nodeInfo?.architecture
      const {why, evidence, fixes} = forbidden(patient, container, file)
      yield {
        container: name,
        summary: `The shell in container "${name}" may not execute "${file}" (exit code 126)${
          words === 'Is a directory' ? ': it is a folder' : format ? `: it is no program for the processor of node "${node}"${architecture ? ` (${architecture})` : ''}` : why}.`,
        evidence: [patient.citeLog(log, line), patient.cite(patient.pod, `${ended.path}.exitCode`), ...(format ? [] : evidence)],
        fixes: words === 'Is a directory' ? [{action: `Name the program in ${file} instead of the folder`}] : format ? [{action: `Build ${file} for ${architecture ?? 'the processor of its node'}`}]
          : [...fixes, ...(file.endsWith('.sh') ? [{action: `Let a shell read it: sh ${file}`}] : [])],
        culprit: {...patient.owner.ref, part: `${name} ${file}`},
      }
    }
  },
})
