import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {missingFile} from '../../missing-file.js'
import {defineRule} from '../../rule.js'

/**
 * ENOENT of the kernel for a file that the running program opens, in the words of each runtime. A program or a working directory that is missing keeps
 * the container from being started; a module that the runtime does not find is part of the image.
 */
export default defineRule({
  id: 'file-not-found',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The program does not find a file that it opens',
  explain: `A volume from a ConfigMap or Secret holds one file for each key, called exactly like the key (or like the path that "items" gives it). The file is missing
when its key is called otherwise, when the volume is mounted at another folder, or when nothing is mounted there at all. A mount hides
all that the image has in that folder.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'file', 'module')
      const missing = said && missingFile(patient, container, said)
      if (!said || !missing) continue
      const {words, evidence, fixes, culprit, likely} = missing
      yield {container: container.name, summary: `${failsWith(container, said)}: ${words}.`, evidence: [...said.evidence, ...evidence], fixes, culprit, ...(likely && {likely})}
    }
  },
})
