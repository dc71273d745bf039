import {editTemplate} from '../../fix.js'
import {knownImages, parseImage, setImage} from '../../image-pull.js'
import {defineRule} from '../../rule.js'

export default defineRule({
  id: 'image-never-pulled',
  phase: 'image',
  severity: 'error',
  heals: 'never',
  title: 'The image is not on the node, and the pull policy forbids to pull it',
  explain: `With imagePullPolicy Never the kubelet uses only images that are on the node already. On a local cluster the image has to be
loaded into the node first (kind load docker-image, minikube image load); elsewhere the policy should be IfNotPresent.`,

  * check(patient) {
    for (const {name, editPath, spec, waiting, statusPath, specPath} of patient.containers) {
      if (waiting?.reason !== 'ErrImageNeverPull') continue
      const image = spec.image ?? ''
      const node = patient.pod.spec?.nodeName ?? 'the node'
      const {registry, repository} = parseImage(image)
      const near = knownImages(patient).filter(other => parseImage(other).registry === registry && parseImage(other).repository === repository)
      const change = editTemplate(patient, [{path: `${editPath}.imagePullPolicy`, to: 'IfNotPresent'}])
      const set = near[0] === undefined ? undefined : setImage(patient, name, near[0])
      yield {
        container: name,
        summary: `Image "${image}" of container "${name}" is not on node "${node}", and imagePullPolicy is Never${near.length > 0 ? `; the node has ${near.slice(0, 3).join(', ')}` : ''}.`,
        evidence: [patient.cite(patient.pod, `${statusPath}.state.waiting.reason`), ...patient.citeIfPresent(patient.pod, `${statusPath}.state.waiting.message`), patient.cite(patient.pod, `${specPath}.imagePullPolicy`)],
        fixes: [
          ...(change ? [{action: `Let the node pull the image from ${registry}`, ...change}] : []),
          ...(set ? [{action: `Use ${near[0]}, which is on the node`, ...set}] : []),
          {action: `Load the image onto ${node} (kind load docker-image, minikube image load, ctr images import)`},
        ],
        culprit: {kind: 'Image', name: image},
      }
    }
  },
})
