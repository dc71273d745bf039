import {editTemplate} from '../../fix.js'
import {logOfEnd, shortened, tellingLine} from '../../log-scan.js'
import {defineRule} from '../../rule.js'
import {settingOf, siblingWith, variablesOf, wordsOf} from '../../siblings.js'

/** A name as variables have them, with at least one underscore: other words in capitals are levels and abbreviations. */
const NAME = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g

/** The program names the variable, its container has none, and one like it has: without all three it is a guess. */
export default defineRule({
  id: 'variable-unlike-sibling',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: ['container-exited', 'init-container-failed', 'environment-variable-not-set'],
  title: 'The program misses a variable that a workload like it has',
  explain: `The program ends because an environment variable is missing. Another workload of the same image, or of the same application (label app.kubernetes.io/part-of), sets it and
works: often one template was copied from the other, and the line was lost or never added.`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, ended, specPath, editPath, spec} = container
      const log = ended.exitCode === 0 || ended.reason === 'OOMKilled' ? undefined : logOfEnd(patient, container)
      const line = log && tellingLine(log)
      const own = line?.text.match(NAME) ? variablesOf(patient, container) : undefined
      const variable = own && line?.text.match(NAME)?.find(word => !own.has(word) && siblingWith(patient, container, word))
      const sibling = variable === undefined ? undefined : siblingWith(patient, container, variable)
      if (!line || !sibling) continue
      const masked = /<(?:masked|redacted)|\*\*\*/.test(sibling.variable.value ?? '')
      const path = `${editPath}.env`
      yield {
        container: name,
        summary: `Container "${name}" has no variable ${variable}, which ${wordsOf(sibling)} sets${masked ? '' : ` ${settingOf(sibling)}`}: ${shortened(line.text)}`,
        evidence: [patient.citeLog(line.log, line.line), patient.cite(sibling.object, `${sibling.path}.name`), ...patient.citeIfPresent(patient.pod, `${specPath}.env`), patient.cite(patient.pod, `${ended.path}.exitCode`)],
        fixes: [{action: `Set ${variable} for container "${name}", as ${wordsOf(sibling)} does where the same value is right for both`,
          ...(!masked && editTemplate(patient, [spec.env?.length ? {path, append: sibling.variable} : {path, to: [sibling.variable]}]))}],
        culprit: {...patient.owner.ref, part: `${name} ${variable}`},
      }
    }
  },
})
