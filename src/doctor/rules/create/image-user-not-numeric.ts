import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'
import {guardOf} from '../../run-as.js'

/**
 * pkg/kubelet/kuberuntime/security_context.go: `container has runAsNonRoot and image has non-numeric user (nginx), cannot verify user is
 * non-root`. An image without a user is image-runs-as-root; an explicit runAsUser 0 is root-forbidden-by-itself.
 */
const BY_NAME = /runAsNonRoot and image has non-numeric user \(([^)]*)\)/

/** Numbers of users in the official images of these names, and in every /etc/passwd of Debian and Alpine. */
const KNOWN: Record<string, number> = {nginx: 101, node: 1000, nobody: 65534, nonroot: 65532, redis: 999, postgres: 999, mysql: 999}

export default defineRule({
  id: 'image-user-not-numeric',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'The image names its user by name, and runAsNonRoot needs a number',
  explain: `The pod or container sets runAsNonRoot, and the image says its user by name. What number that name has stands in a file inside the
image, which the kubelet does not read: so it cannot know that the user is not root, and refuses to make the container. Say the number in
runAsUser, or build the image with "USER 101" instead of "USER nginx".`,

  * check(patient) {
    for (const container of patient.containers) {
      const {name, editPath, spec, waiting, statusPath} = container
      const user = waiting?.reason === 'CreateContainerConfigError' ? BY_NAME.exec(waiting.message)?.[1] : undefined
      if (user === undefined) continue
      const known = KNOWN[user]
      const guard = guardOf(patient, container)
      const change = editTemplate(patient, [{path: `${editPath}.securityContext.runAsUser`, to: known ?? 1000}])
      yield {
        container: name,
        summary: `Image "${spec.image}" of container "${name}" gives its user by name ("${user}"), and runAsNonRoot${guard.of} accepts only a number.`,
        evidence: [patient.cite(patient.pod, `${statusPath}.state.waiting.message`), ...guard.evidence],
        fixes: [
          ...(change ? [{action: known === undefined ? `Run container "${name}" as user 1000, or better as the number that "${user}" has in the image (id -u ${user})`
            : `Run container "${name}" as user ${known}, which is "${user}" in the common images`, ...change}] : []),
          {action: `Build image ${spec.image} with the number of user "${user}" in its USER line`},
        ],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
