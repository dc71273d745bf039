import {insightInto, mountOver} from '../../command.js'
import {defineRule} from '../../rule.js'
import {startErrors} from '../../start-error.js'

/**
 * runc and containerd: `exec: "wge": executable file not found in $PATH`; crun and CRI-O: ``executable file `wge` not found in $PATH``.
 * A path that does not exist says `stat /app/server: no such file or directory`; both name the first word of the command.
 */
const NOT_FOUND = /exec: "([^"]*)": executable file not found|executable file `([^`]*)` not found|exec: "([^"]*)": stat \S+: no such file or directory/

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
      const {name, spec, specPath, words, evidence} = error
      const program = NOT_FOUND.exec(words)?.slice(1).find(word => word !== undefined)
      if (program === undefined) continue
      const hiding = mountOver(error, program)
      const {because, action, change} = hiding
        ? {because: `; volume "${hiding.name}" is mounted over ${hiding.mountPath} and hides what the image has there`, action: `Mount volume "${hiding.name}" elsewhere than on ${hiding.mountPath}, or start a program that the volume holds`, change: undefined}
        : insightInto(patient, error, program)
      yield {
        container: name,
        summary: `Program "${program}" of container "${name}" is not in image "${spec.image}"${because}.`,
        evidence: [...evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.command`)],
        fixes: [{action: action ?? `Name a program that image ${spec.image} has, with its whole path, or use an image that has "${program}"`, ...change}],
        culprit: {...patient.owner.ref, part: `${name} ${program}`},
      }
    }
  },
})
