import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'
import {startErrors} from '../../start-error.js'

/**
 * runc makes the working directory where it is missing, `mkdir /etc/passwd: not a directory`, and goes there: `chdir to cwd ("/root") set in
 * config.json failed: permission denied` (runc 1.0 escapes the quotes once more). crun: `chdir to `/root`: Permission denied`, `mkdir `/etc/passwd`: Not a directory`.
 * A `mkdir` of another path is a mount that cannot be made.
 */
const NOT_MADE = /\bmkdir [`"]?(?<path>\/[^\s`":]*)[`"]?: (?<why>[\w -]+?)(?:$|[:"\\,])/i
const RELATIVE = /cwd must be an absolute path|cwd .*is not absolute/i
const NOT_ENTERED = /chdir to (?:cwd \()?[\\`"]*(?<path>\/[^\\`"]*)[\\`"]*\)?(?: set in config\.json failed)?: (?<why>[\w -]+?)(?:$|[:"\\,])/i

export default defineRule({
  id: 'working-directory-unusable',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'The program cannot be started in the container\'s working directory',
  explain: `The program starts in workingDir, or in the image's WORKDIR. A folder that is not there is made; but where the path is a file, lies below a file or on a
read-only volume, it cannot be made, and a folder such as /root may not be entered by a user who is not root.`,

  * check(patient) {
    for (const {name, editPath, spec, specPath, words, evidence} of startErrors(patient)) {
      const entered = NOT_ENTERED.exec(words)?.groups
      const made = NOT_MADE.exec(words)?.groups
      const relative = RELATIVE.test(words) && spec.workingDir !== undefined ? {path: spec.workingDir, why: ''} : undefined
      const found = relative ?? entered ?? (made && spec.workingDir?.replace(/(?<=.)\/$/, '').startsWith(made['path']!) ? made : undefined)
      if (!found) continue
      const own = spec.workingDir
      const why = found['why']!.trim().toLowerCase()
      const user = spec.securityContext?.runAsUser ?? patient.pod.spec?.securityContext?.runAsUser
      const what = why === 'not a directory' || why === 'file exists' ? 'is a file, or lies below one, in' : why === 'read-only file system' ? 'is missing and cannot be made on a read-only file system in'
        : why === 'permission denied' ? `may not be entered by ${user === undefined ? 'its user' : `user ${user}`} in` : `cannot be used (${why}) in`
      const change = own === undefined ? undefined : editTemplate(patient, [relative ? {path: `${editPath}.workingDir`, to: `/${own}`} : {path: `${editPath}.workingDir`, remove: true}])
      yield {
        container: name,
        summary: `${own === undefined ? `WORKDIR ${found['path']}` : `workingDir ${own}`} of container "${name}" ${relative ? 'is not an absolute path: it has to begin with "/"' : `${what} image "${spec.image}"`}.`,
        evidence: [...evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.workingDir`)],
        fixes: [
          ...(change ? [{action: relative ? `Write the path as /${own}` : `Leave out workingDir of container "${name}": the image has its own`, ...change}] : []),
          ...relative ? [] : [{action: `Set workingDir of container "${name}" to a folder that ${user === undefined ? 'its user' : `user ${user}`} may enter`}],
        ],
        culprit: {...patient.owner.ref, part: `${name} ${found['path']}`},
      }
    }
  },
})
