import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'
import {startErrors} from '../../start-error.js'

/**
 * The image's USER is a name that its /etc/passwd or /etc/group does not have. containerd 1.6 and 1.7 say only `mount callback failed on
 * /…/containerd-mount1: no users found` (or `no groups found`); runc and Docker `unable to find user app: no matching entries in passwd file`, CRI-O the
 * same behind `setting user: `. A spec can only give numbers, so it is never the pod's fault.
 */
const UNKNOWN = /unable to find (?<kind>user|group) (?<name>[^\s:]+): (?:no matching entries|invalid)|\bno (?<lost>user|group)s found\b/

export default defineRule({
  id: 'user-not-in-image',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'The user that the image shall run as does not exist in it',
  explain: `The image was built with "USER name", and the file /etc/passwd (or /etc/group) in it does not have that name: the line that adds the user was left
out, stands in another build step, or the name is misspelt. The runtime has no number to run the program as. Numbers need no entry: runAsUser in
the pod stands over what the image says.`,

  * check(patient) {
    for (const {name, editPath, spec, words, evidence} of startErrors(patient)) {
      const found = UNKNOWN.exec(words)?.groups
      if (!found) continue
      const kind = found['kind'] ?? found['lost']
      const file = kind === 'group' ? '/etc/group' : '/etc/passwd'
      const change = editTemplate(patient, [{path: `${editPath}.securityContext.runAsUser`, to: 1000}])
      yield {
        container: name,
        summary: `Image "${spec.image}" of container "${name}" shall run as a ${kind}${found['name'] === undefined ? '' : ` "${found['name']}"`} that its ${file} does not have.`,
        evidence,
        fixes: [
          ...(change ? [{action: `Run container "${name}" as user 1000 meanwhile; any number will do, if the program may write where it must`, ...change}] : []),
          {action: `Add the ${kind} to ${file} when image ${spec.image} is built, or name one that it has in its USER line`},
        ],
        culprit: {...patient.owner.ref, part: `${name} ${spec.image}`},
      }
    }
  },
})
