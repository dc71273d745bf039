import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {editTemplate, wordOf} from '../../fix.js'
import {mountAt, pathIn, userOf} from '../../path-in-container.js'
import {defineRule} from '../../rule.js'
import type {Fix} from '../../types.js'

/**
 * EACCES of the kernel on a path, in the words of each runtime. A read-only file system is EROFS, and another fault; a port below 1024 is another; a file of
 * the image that may not be executed keeps the container from being started.
 */
export default defineRule({
  id: 'path-not-permitted',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The program may not read or write a path',
  explain: `Files belong to a user and a group, and the kernel asks for both. A container that does not run as root cannot write to a volume whose root belongs to root:
"fsGroup" in the pod's securityContext gives the volume a group that the pod has (not for hostPath). In the image, only what belongs to the user that the container runs as can be written.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'permission')
      const path = said && (pathIn(said.raw) ?? pathIn(said.around))
      // What root itself may not do is a matter of capabilities, and another fault.
      if (!said || /Operation not permitted|EPERM/.test(said.raw)) continue
      const {name, specPath} = container
      const {user, fsGroup, words: who} = userOf(patient, container)
      const on = path === undefined ? undefined : mountAt(patient, container, path)
      const cite = (field: string) => patient.citeIfPresent(patient.pod, `${specPath}.securityContext.${field}`)
      const fix: Fix[] = on?.volume.persistentVolumeClaim && user !== undefined && user !== 0 && fsGroup === undefined ? [{action: `Set fsGroup ${user} in the pod's securityContext, so that its group may write to the volume`, ...editTemplate(patient, [{path: 'securityContext.fsGroup', to: user}])}]
        : on?.volume.hostPath ? [{action: `Give ${on.volume.hostPath.path} on the node to ${who}, in an init container that runs as root or on the node itself`}]
        : path !== undefined && !on && user !== undefined && user !== 0 ? [{action: `Mount an emptyDir at the folder of ${path}, let the image give it to user ${user}, or run as the user of the image in ${wordOf(patient.owner.ref)}`}] : []
      const why = on ? `${path} is on ${on.words}, which ${who} may not ${/\bread|open(?:ing)? .*for reading|can't open/.test(said.raw) && on.volume.secret ? 'read' : 'write'}${fsGroup === undefined ? `${on.volume.hostPath ? '; fsGroup does nothing for hostPath' : on.volume.persistentVolumeClaim ? ', as no fsGroup is set' : ''}` : ` with fsGroup ${fsGroup}`}`
        : path !== undefined && user !== undefined && user !== 0 ? `${path} is in the image, where user ${user} (runAsUser) may not write` : undefined
      if (why === undefined) continue
      yield {
        container: name, summary: `${failsWith(container, said)}: ${why}.`,
        evidence: [...said.evidence, ...(on ? on.evidence : []), ...cite('runAsUser'), ...patient.citeIfPresent(patient.pod, 'spec.securityContext')],
        fixes: fix, culprit: {...patient.owner.ref, part: `${name} ${path}`},
        ...(user === undefined && {likely: true as const}),
      }
    }
  },
})
