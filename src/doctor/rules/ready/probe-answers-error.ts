import {blame, failingProbes} from '../../failing-probe.js'
import {isError, shortened, tellingLine} from '../../log-scan.js'
import {answerTo} from '../../probe-answer.js'
import {defineRule} from '../../rule.js'

/** The program itself says that it is not well: what it needs is told by its log, if by anything. A 4xx is a mistake of the probe and another fault. */
export default defineRule({
  id: 'probe-answers-error',
  phase: 'ready',
  severity: 'error',
  heals: 'by itself',
  refines: ['probe-failing', 'probe-killed'],
  title: 'The program answers its probe with an error of its own (5xx)',
  explain: `The probe reaches the program, and the program says that it cannot work: 500 and 503 from a health endpoint most often mean that something it
depends on (a database, a queue, another service) does not answer. For readiness that is what the probe is for. A liveness probe should not ask such a path: when
the dependency fails, all pods are restarted for it, which helps nobody.`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      const {container, field, probe, killed} = failing
      const answer = answerTo(patient, failing)
      if (!answer || (answer.code < 500 && ![408, 409, 418, 423, 425, 429].includes(answer.code))) continue
      const log = patient.log(container, {previous: killed && container.ended?.previous === true}) ?? patient.log(container, {previous: false})
      const line = log ? tellingLine(log) : undefined
      const telling = line && isError(line) ? line : undefined
      const both = field === 'livenessProbe' && JSON.stringify(probe.httpGet) === JSON.stringify(container.spec.readinessProbe?.httpGet)
      const path = probe.httpGet?.path ?? '/'
      yield blame(patient, failing, {
        ...(answer.guess && {likely: true}),
        got: `gets ${answer.code} from the program itself${telling ? `; its log says: ${shortened(telling.text)}` : ''}.`,
        evidence: [...answer.evidence, ...(telling ? [patient.citeLog(telling.log, telling.line)] : [])],
        fixes: [
          {action: telling ? `Mend what the log of "${container.name}" says; ${path} then answers well again` : `Mend what makes "${container.name}" answer ${answer.code} at ${path}: a dependency that does not answer, most often`},
          ...(both ? [{action: `Let the liveness probe ask something that does not depend on others: it asks ${path} like the readiness probe, so each outage restarts the container`}] : []),
        ],
      })
    }
  },
})
