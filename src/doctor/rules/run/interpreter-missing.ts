import {execFailures, isScript, mountedFile} from '../../exec-words.js'
import {defineRule} from '../../rule.js'
import type {Fix} from '../../types.js'

/**
 * `no such file or directory` about a program that the runtime has found: what is missing is the interpreter that its first line names (with
 * Windows line ends that is "/bin/sh\r"), or for a binary the loader. A program that is missing itself never gets so far: command-not-found.
 */
export default defineRule({
  id: 'interpreter-missing',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: 'container-exited',
  title: 'The program is there, but not the interpreter or loader that it needs',
  explain: `The kernel says "no such file or directory" of a script that exists when the interpreter in its first line does not. The most common reason cannot be seen:
the script was saved with Windows line ends, so the kernel looks for "/bin/sh" with a carriage return at the end. Others are #!/bin/bash in an image without bash,
or a program that was linked against glibc in an Alpine image, whose loader has another name.`,

  * check(patient) {
    for (const {container, program, why, evidence} of execFailures(patient)) {
      if (why !== 'no such file or directory') continue
      const {name, spec} = container
      const file = mountedFile(patient, container, program)
      const line = file?.firstLine
      const returns = line?.endsWith('\r') ?? false
      const interpreter = /^#!\s*(?:\/usr\/bin\/env\s+(?:-S\s+)?)?(\S+)/.exec(line ?? '')?.[1]
      const script = file !== undefined || isScript(program)
      const who = `"${program ?? 'the program'}" of container "${name}"`
      const first: Fix = returns ? {action: `Save key "${file!.key}" of ${file!.from} with Unix line ends (dos2unix)`}
        : interpreter !== undefined ? {action: `Name an interpreter that image ${spec.image} has in the first line of key "${file!.key}" of ${file!.from}, or use an image that has ${interpreter}`}
        : script ? {action: `Save ${program} with Unix line ends (dos2unix) and build image ${spec.image} anew; if the lines are right, name an interpreter that the image has`}
        : {action: `Build ${program ?? 'the program'} statically or for the C library of image ${spec.image}; if it is a script, save it with Unix line ends (dos2unix)`}
      yield {
        container: name,
        summary: returns ? `The script ${who} has Windows line ends (CRLF): its interpreter is read as "${interpreter ?? ''}\\r", which no image has (key "${file!.key}" of ${file!.from}).`
          : interpreter !== undefined ? `The interpreter "${interpreter}" that the first line of ${who} names is not in image "${spec.image}".`
          : script ? `The script ${who} is in image "${spec.image}", but not the interpreter that its first line names: it has Windows line ends (CRLF), or names a program that the image lacks.`
          : `The program ${who} is in image "${spec.image}", but not the loader or interpreter that it needs: it was built for another C library, or is a script with Windows line ends (CRLF).`,
        evidence: [...evidence, ...file?.evidence ?? []],
        fixes: [first],
        culprit: {...patient.owner.ref, part: `${name} ${program ?? ''}`},
      }
    }
  },
})
