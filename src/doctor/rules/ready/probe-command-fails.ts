import {blame, failingProbes} from '../../failing-probe.js'
import {shortened} from '../../log-scan.js'
import {defineRule} from '../../rule.js'

/** `cat FILE`, `test -f FILE`, `ls FILE`, `[ -e FILE ]`: commands that only ask whether there is a file. */
const FILE = /^(?:(?:\/bin\/)?(?:ba)?sh -c )?["']?(?:cat|stat|ls|test -[efs]|\[ -[efs]|\[\[ -[efs])\s+["']?(\/[\w./-]+)["']?(?: \]{1,2})?(?: *[>2&|].*)?["']?$/
/** Commands that can have only one end. */
const NEVER = /^(?:(?:\/bin\/)?(?:ba)?sh -c )?["']?(?:\/bin\/)?(?:false|exit ([1-9]\d*))["']?$/

/** The kubelet's message is what the command printed, and empty where it printed nothing; the exit code is not said. */
export default defineRule({
  id: 'probe-command-fails',
  phase: 'ready',
  severity: 'error',
  heals: 'by itself',
  refines: ['probe-failing', 'probe-killed'],
  title: 'The command of a probe ends with another exit code than 0',
  explain: `An exec probe passes when its command ends with 0. This one runs inside of the container and fails; what it prints is all that the kubelet passes on. Either the
command asks for something that will never be (a file that nobody writes, "false"), or the program is not ready for a reason of its own.`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      const {container: {name}, field, probe, words} = failing
      if (!probe.exec || words?.includes('timed out')) continue
      const command = (probe.exec.command ?? []).join(' ')
      const never = NEVER.exec(command)
      const file = FILE.exec(command)?.[1]
      if (words === undefined && !never && file === undefined) continue
      const kind = field.replace('Probe', '')
      yield blame(patient, failing, {
        ...(words === undefined && !never && {likely: true}),
        got: `${never ? `can never pass: it always ends with exit code ${never[1] ?? 1}` : words === undefined || (file !== undefined && (words === '' || words.includes('No such file')))
          ? `passes only when there is a file ${file}, and there is none` : words === '' ? 'ends with an exit code that is not 0, and prints nothing' : `fails: ${shortened(words)}`}.`,
        fixes: [{action: never ? `Give the ${kind} probe a command that asks something of the program, or take the probe out`
          : file !== undefined ? `Let the program in "${name}" write ${file} once it is ready, or let the ${kind} probe ask what the program does have`
          : `Mend what ${command} asks of "${name}", or the command itself`}],
      })
    }
  },
})
