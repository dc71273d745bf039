import {timeOf} from '../../cluster.js'
import {parseImage} from '../../image-pull.js'
import {ONE} from '../../quantity.js'
import {readable} from '../../resources.js'
import {defineRule} from '../../rule.js'
import {age} from '../../triage.js'

/** Most images are there sooner. */
const LONG_MS = 30_000
/** The kubelet reports no more images of its node than these (nodeStatusMaxImages). */
const REPORTED = 50

/**
 * The kubelet says `Pulling image "x"` once, as it begins, and nothing until it is done. When that event is gone, what is left is a sandbox that is
 * ready and a container that is not made: between the two there is only the image, where the node does not have it yet.
 */
export default defineRule({
  id: 'image-pull-slow',
  phase: 'image',
  severity: 'warning',
  heals: 'by itself',
  title: 'The image is still being pulled',
  explain: `The node is fetching the image and has not finished. That is no fault by itself: large images take minutes, and by default a kubelet pulls
one image after the other, so that one waits for another. When it takes much longer than the size explains, the registry or the network has
stalled; the kubelet gives up only when nothing at all has come for a while, and tries again.`,

  * check(patient) {
    const sandbox = patient.condition('PodReadyToStartContainers')
    for (const {name, spec, role, waiting, specPath, status, statusPath} of patient.containers) {
      const image = spec.image ?? ''
      const expected = role === 'main' ? waiting?.reason === 'ContainerCreating' : waiting?.reason === 'PodInitializing' || waiting?.reason === 'ContainerCreating'
      if (!expected || status?.imageID || !patient.preparing) continue
      const about = patient.events('Pulling', 'Pulled', 'Failed', 'Created').filter(({message = '', involvedObject}) => message.includes(`"${image}"`) || involvedObject?.fieldPath?.endsWith(`{${name}}`))
      const pulling = about[0]?.reason === 'Pulling' ? about[0] : undefined
      const images = patient.find('Node', patient.pod.spec?.nodeName ?? '')?.status?.images ?? []
      const same = (other: string) => parseImage(other).registry === parseImage(image).registry && parseImage(other).repository === parseImage(image).repository
      const absent = images.length > 0 && images.length < REPORTED && !images.some(({names}) => names?.some(other => same(other) && parseImage(other).tag === parseImage(image).tag))
      const since = pulling ? timeOf(pulling) : about.length === 0 && sandbox?.status === 'True' && absent ? sandbox.since : undefined
      if (since === undefined || patient.cluster.now - Date.parse(since) < LONG_MS) continue
      const other = images.flatMap(({names = [], sizeBytes}) => names.filter(known => same(known) && !known.includes('@')).slice(0, 1).map(known => ({known, sizeBytes})))[0]
      yield {
        container: name,
        summary: `Node "${patient.pod.spec?.nodeName ?? ''}" is still pulling image "${image}" of container "${name}" after ${age(since, patient.cluster.now)}${
          other?.sizeBytes ? `; "${other.known}", which it has, is ${readable('memory', BigInt(other.sizeBytes) * ONE)} large` : ''}.`,
        evidence: [...(pulling ? [patient.cite(pulling, 'message')] : sandbox ? [patient.cite(patient.pod, `${sandbox.path}.status`)] : []), ...patient.citeIfPresent(patient.pod, `${specPath}.image`),
          ...patient.citeIfPresent(patient.pod, `${statusPath}.state.waiting.reason`)],
        fixes: [],
        culprit: {kind: 'Image', name: image},
        ...(!pulling && {likely: true as const}),
      }
    }
  },
})
