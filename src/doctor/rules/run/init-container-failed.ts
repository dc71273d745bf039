import {contextOf, followed} from '../../exit-context.js'
import {lastWords} from '../../log-scan.js'
import {rollBack} from '../../revisions.js'
import {defineRule} from '../../rule.js'

export default defineRule({
  id: 'init-container-failed',
  phase: 'run',
  severity: 'error',
  heals: 'by itself',
  refines: 'container-exited',
  title: 'An init container fails, so the others never start',
  explain: `Init containers run one after the other, each to its end, before the other containers start. One that fails is tried again with
growing pauses (with restartPolicy Never the pod fails at once), and all that come after it wait: they are not at fault. What is wrong is
in the log of the init container that fails.`,

  * check(patient) {
    const inits = patient.containers.filter(({role}) => role !== 'main')
    for (const container of patient.ended) {
      const {name, role, ended} = container
      if (role !== 'init' || ended.exitCode === 0 || /^(?:StartError|ContainerCannotRun)$/.test(ended.reason)) continue
      const {words, evidence, line} = lastWords(patient, container)
      const context = contextOf(patient, container, line)
      const place = inits.findIndex(init => init.name === name) + 1
      const waiting = patient.containers.slice(patient.containers.findIndex(other => other.name === name) + 1).map(other => `"${other.name}"`)
      yield {
        container: name,
        summary: followed(`Init container "${name}"${inits.length > 1 ? ` (${place} of ${inits.length})` : ''} ended with exit code ${ended.exitCode}${words}`, context),
        evidence: [patient.cite(patient.pod, `${ended.path}.exitCode`), ...evidence, ...context.evidence],
        fixes: [...rollBack(patient, ''), {action: `Mend what init container "${name}" does${patient.pod.status?.phase === 'Failed' ? ', and make the pod anew: it does not run again'
          : `; ${waiting.length === 1 ? `container ${waiting[0]} waits` : `${waiting.join(', ')} wait`} for it`}`}],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
