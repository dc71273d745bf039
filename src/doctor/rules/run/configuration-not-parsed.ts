import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {configuredLine} from '../../configured-line.js'
import {wordOf} from '../../fix.js'
import {defineRule} from '../../rule.js'

/**
 * The words are of the parser that each program uses (nginx's own, yaml and JSON libraries); they name a file or a line. Spoken only where the file is a
 * ConfigMap's, so that the line can be shown. A file that is missing, and a host that nginx cannot resolve, are other faults.
 */
export default defineRule({
  id: 'configuration-not-parsed',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The program cannot read its configuration from a ConfigMap',
  explain: `The file that the program reads is a key of a ConfigMap, and is not what the program understands: a misspelt directive, a tab where YAML wants blanks, a bracket
that is not closed. Most programs name the line. After the ConfigMap is mended the program must be started again (a pod that is in
CrashLoopBackOff does that by itself), and files that are mounted with subPath are never updated in a running pod.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'configuration')
      const found = said && (configuredLine(patient, container, said.raw) ?? configuredLine(patient, container, said.around))
      if (!said || !found) continue
      const {map, key, line, text, evidence} = found
      const where = `key "${key}" of ConfigMap "${map}"`
      yield {
        container: container.name, summary: `${failsWith(container, said)}: ${line === undefined ? `the file is ${where}` : `line ${line} of ${where} is "${text!.replaceAll('"', '\'')}"`}.`,
        evidence: [...said.evidence, ...evidence],
        fixes: [{action: `Mend ${line === undefined ? '' : `line ${line} of `}${where}, and restart ${wordOf(patient.owner.ref)}`}],
        culprit: {kind: 'ConfigMap', namespace: patient.namespace, name: map, part: key},
      }
    }
  },
})
