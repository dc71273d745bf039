import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'

/**
 * pkg/kubelet/kuberuntime/security_context.go: `container has runAsNonRoot and image will run as root`. A user *name* in the
 * image is another fault ("non-numeric user"), and so is an explicit runAsUser 0 ("breaks non-root policy").
 */
const AS_ROOT = /runAsNonRoot and image will run as root/

export default defineRule({
  id: 'image-runs-as-root',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'The image runs as root, and runAsNonRoot forbids that',
  explain: `The pod or container sets runAsNonRoot, and the image names no user, so its program would run as root. The kubelet
refuses to make the container. Give it a user: a number other than 0 in runAsUser. Most programs run as any user as long as they may write
where they must; some images have a variant made for that (nginxinc/nginx-unprivileged).`,

  * check(patient) {
    for (const {name, editPath, spec, waiting, statusPath, specPath} of patient.containers) {
      if (waiting?.reason !== 'CreateContainerConfigError' || !AS_ROOT.test(waiting.message)) continue
      const own = spec.securityContext?.runAsNonRoot !== undefined
      const change = editTemplate(patient, [{path: `${editPath}.securityContext.runAsUser`, to: 1000}])
      yield {
        container: name,
        summary: `Image "${spec.image}" of container "${name}" runs as root, which runAsNonRoot of the ${own ? 'container' : 'pod'} forbids.`,
        evidence: [patient.cite(patient.pod, `${statusPath}.state.waiting.message`), patient.cite(patient.pod, own ? `${specPath}.securityContext.runAsNonRoot` : 'spec.securityContext.runAsNonRoot')],
        fixes: [
          ...(change ? [{action: `Run container "${name}" as user 1000; any number but 0 will do, if the program may write where it must`, ...change}] : []),
          {action: `Use a variant of image ${spec.image} that is built to run without root`},
        ],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
