import {pullErrors} from '../../image-pull.js'
import {defineRule} from '../../rule.js'

/** The kubelet's own limit (registryPullQPS) passes within seconds and is no fault of anybody. */
const OWN_LIMIT = /pull QPS exceeded/

export default defineRule({
  id: 'image-pull-failed',
  phase: 'image',
  severity: 'error',
  heals: 'by itself',
  title: 'The image cannot be pulled',
  explain: `The node asked the registry for the image and did not get it. The kubelet tries again with growing pauses of up to
five minutes, so a registry that was only out of reach for a while heals the pod by itself. What the container runtime said is the best
there is to go on.`,

  * check(patient) {
    for (const {name, spec, words, evidence, waiting} of pullErrors(patient)) {
      if (OWN_LIMIT.test(words)) continue
      yield {
        container: name,
        summary: `Image "${spec.image}" of container "${name}" ${waiting?.reason === 'ImageInspectError' ? 'is damaged or cannot be read on its node' : 'cannot be pulled'}${words ? `: ${words}` : ', and nobody says any more why.'}`,
        evidence,
        fixes: [],
        culprit: {kind: 'Image', name: spec.image ?? ''},
      }
    }
  },
})
