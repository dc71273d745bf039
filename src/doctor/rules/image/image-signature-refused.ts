import {pullErrors} from '../../image-pull.js'
import {otherImages} from '../../registry.js'
import {defineRule} from '../../rule.js'

/** CRI-O: the reason `SignatureValidationFailed` (from 1.28 on), and containers/image's words `Source image rejected: …`, which stand alone in older ones. */
const REJECTED = /Source image rejected: (.*)|signature validation failed/

export default defineRule({
  id: 'image-signature-refused',
  phase: 'image',
  severity: 'error',
  heals: 'never',
  refines: 'image-pull-failed',
  title: 'The node\'s policy does not accept the image\'s signature',
  explain: `The node runs only images that somebody it trusts has signed, and this one has no such signature. The policy is a file on the node
(/etc/containers/policy.json with CRI-O); the image has to be signed as it asks, or another be used.`,

  * check(patient) {
    for (const container of pullErrors(patient)) {
      const {name, spec, words, evidence, specPath, waiting} = container
      const rejected = REJECTED.exec(words)
      if (!rejected && waiting?.reason !== 'SignatureValidationFailed') continue
      const why = rejected?.[1]?.replace(/\.$/, '')
      yield {
        container: name,
        summary: `Node "${patient.pod.spec?.nodeName ?? ''}" does not accept the signature of image "${spec.image}" of container "${name}"${why ? `: ${why}` : ''}.`,
        evidence: [...evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.image`)],
        fixes: [...otherImages(patient, container), {action: `Sign image ${spec.image} as the node's policy asks (/etc/containers/policy.json)`}],
        culprit: {kind: 'Image', name: spec.image ?? ''},
      }
    }
  },
})
