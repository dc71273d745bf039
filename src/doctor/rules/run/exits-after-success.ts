import {editTemplate, wordOf} from '../../fix.js'
import {isError, lastWords, shortened} from '../../log-scan.js'
import {asJob, BACKGROUND, SHELL, SHELL_IMAGE} from '../../one-shot.js'
import {defineRule} from '../../rule.js'
import {stoppedFor} from '../../stopped.js'

export default defineRule({
  id: 'exits-after-success',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: 'container-exited',
  title: 'The program ends without an error, and is restarted for ever',
  explain: `The program did its work and ended with exit code 0. Pods of a Deployment, StatefulSet or DaemonSet are meant to run
for ever, so the kubelet starts it again, and calls that CrashLoopBackOff although nothing crashed. Work that has an end belongs into a Job or a CronJob. A
server that goes into the background, and a shell without a terminal, end in the same way: they have to stay in the foreground.`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, ended, restarts, spec, role} = container
      if (!restarts || ended.exitCode !== 0 || role !== 'main' || ended.reason === 'OOMKilled' || stoppedFor(patient, container)) continue
      const {evidence, line} = lastWords(patient, container)
      const wrong = line && isError(line)
      const words = [...spec.command ?? [], ...spec.args ?? []]
      const shell = words.length === 0 ? SHELL_IMAGE.test(spec.image ?? '') : words.length === 1 && SHELL.test(words[0]!)
      const daemon = BACKGROUND.exec(words.join(' '))?.[0].trim()
      // A program that ends well when it is asked to stop leaves the same trace once the events of its probe are gone.
      const probed = spec.livenessProbe !== undefined || spec.startupProbe !== undefined
      yield {
        container: name,
        ...(probed && {likely: true as const}),
        summary: wrong ? `Container "${name}" ends with exit code 0, although its log says: ${shortened(line.text)}`
          : shell ? `Container "${name}" only starts ${words[0] === undefined ? 'the shell' : `"${words[0]}"`} of image "${spec.image}", which ends at once without a terminal (exit code 0).`
          : daemon ? `Container "${name}" starts its server in the background ("${daemon}") and ends with exit code 0: the container ends when its first process does.`
          : `Container "${name}" ends with exit code 0: its work is done, and ${wordOf(patient.owner.ref)} restarts it for ever.`,
        evidence: [patient.cite(patient.pod, `${ended.path}.exitCode`), ...patient.citeIfPresent(patient.pod, `${ended.path}.reason`), ...evidence],
        fixes: wrong ? [{action: `Mend what the log says, and let the program end with another exit code than 0 when it fails`}]
          : shell ? [{action: `Let container "${name}" sleep, so that it can be entered with kubectl exec; or give it the command that it is there for`, ...editTemplate(patient, [{path: `containers[${name}].command`, to: ['sleep', 'infinity']}])}]
          : daemon ? [{action: `Start the server in the foreground, as the last command of container "${name}" (nginx -g "daemon off;", apachectl -D FOREGROUND, redis-server without --daemonize, no "&")`}]
          : [...asJob(patient, container), {action: 'Let the program stay in the foreground if it is a server; if its work has an end, make it a Job or a CronJob'}],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
