import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {unsetVariable} from '../../missing-variable.js'
import {defineRule} from '../../rule.js'

/**
 * The words are the program's own: each language and framework has others, so the name that they hold counts, and that the pod's spec does not give it. A
 * reference to a ConfigMap or Secret that is not optional keeps the container from being made, and its program says nothing: that is another fault.
 */
export default defineRule({
  id: 'environment-variable-not-set',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The program misses an environment variable',
  explain: `Many programs read their settings from environment variables and end at once without one that they need. The name must be exactly the one that the program
reads, capital letters and all. A variable may be missing although the template speaks of it: a reference with "optional: true" to a key that does
not exist sets nothing, and envFrom sets only the keys that its ConfigMap or Secret has.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'variable')
      const name = said?.groups['name']
      const unset = said && name !== undefined ? unsetVariable(patient, container, name) : undefined
      if (!said || !unset) continue
      yield {
        container: container.name,
        // A key of any dictionary may be missing: only os.environ makes it a variable.
        ...(/KeyError/.test(said.raw) && !/environ|os\.py|getenv/.test(said.around) && {likely: true as const}),
        summary: `${failsWith(container, said)}: ${unset.words}.`, evidence: [...said.evidence, ...unset.evidence],
        fixes: unset.fixes, culprit: {...patient.owner.ref, part: `${container.name} ${name}`},
      }
    }
  },
})
