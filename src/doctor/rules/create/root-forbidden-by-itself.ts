import {editTemplate} from '../../fix.js'
import {setBy} from '../../guard.js'
import {defineRule} from '../../rule.js'
import {guardOf, settingOf} from '../../run-as.js'

/** pkg/kubelet/kuberuntime/security_context.go: `container's runAsUser breaks non-root policy`. No word of the image: the spec contradicts itself. */
const BROKEN = /runAsUser breaks non-root policy/

export default defineRule({
  id: 'root-forbidden-by-itself',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'The container asks for user 0 and forbids root',
  explain: `runAsUser 0 is root, and runAsNonRoot forbids root: the kubelet refuses to make the container. The two often stand at different levels,
one in the securityContext of the pod and one in that of the container; what the container says stands over what the pod says. Either give it
another user, or, where it has to be root, leave out runAsNonRoot.`,

  * check(patient) {
    for (const container of patient.containers) {
      const {name, editPath, waiting, statusPath} = container
      if (waiting?.reason !== 'CreateContainerConfigError' || !BROKEN.test(waiting.message)) continue
      const [user, guard] = [settingOf(patient, container, 'runAsUser'), guardOf(patient, container)]
      const change = editTemplate(patient, [{path: user.editPath, to: 1000}])
      const removal = editTemplate(patient, [{path: `${editPath}.securityContext.runAsNonRoot`, to: false}])
      yield {
        container: name,
        summary: `Container "${name}" shall run as root (runAsUser 0${user.of}), which runAsNonRoot${guard.of} forbids.`,
        evidence: [patient.cite(patient.pod, `${statusPath}.state.waiting.message`), ...user.evidence, ...guard.evidence],
        fixes: [
          {action: 'Run it as user 1000; any number but 0 will do, if the program may write where it must', ...change},
          ...(removal ? [{action: `Let container "${name}" run as root`, removesGuard: setBy(patient.owner.object ?? patient.pod, 'spec.template'), ...removal}] : []),
        ],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
