import {parseImage, pullErrors} from '../../image-pull.js'
import {otherImages, registryCulprit, registryWord} from '../../registry.js'
import {defineRule} from '../../rule.js'

/**
 * A status code of the registry's that speaks of its own trouble:
 * - containerd: `pulling from host H failed with status code [manifests 1.4.2]: 500 Internal Server Error`, `unexpected status code https://…: 503 Service Unavailable`,
 *   2.x `unexpected status from HEAD request to https://…: 502 Bad Gateway`
 * - Docker, CRI-O: `received unexpected HTTP status: 500 Internal Server Error`
 */
const STATUS = /(?:status code \[[^\]]*\]|unexpected status(?: code)?[^:]*(?:https?:\/\/\S+)?|unexpected HTTP status|invalid status code from registry):? (5\d\d)\b ?((?:[A-Z][A-Za-z]+ ?)*)/

export default defineRule({
  id: 'registry-error',
  phase: 'image',
  severity: 'error',
  heals: 'by itself',
  refines: 'image-pull-failed',
  title: 'The registry answers with an error of its own',
  explain: `A status from 500 on means that the registry, or a proxy before it, has failed: the request was in order. Nothing in the
pod can mend that. The kubelet tries again with pauses of up to five minutes, and the pod starts when the registry is well again; an image that
the nodes have already, or a mirror, helps until then.`,

  * check(patient) {
    for (const container of pullErrors(patient)) {
      const {name, spec, words, evidence, specPath, waiting} = container
      const image = spec.image ?? ''
      const [, code, meaning = ''] = STATUS.exec(words) ?? []
      if (code === undefined && waiting?.reason !== 'RegistryUnavailable') continue
      const {registry} = parseImage(image)
      yield {
        container: name,
        summary: `${registryWord(words, image)} ${code === undefined ? 'is not available' : `fails with ${code} ${meaning.trim()}`.trim()}, so image "${image}" of container "${name}" cannot be pulled.`,
        evidence: [...evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.image`)],
        fixes: [...otherImages(patient, container), {action: `Bring registry ${registry} back; the kubelet pulls again by itself`}],
        culprit: registryCulprit(words, image, code ?? ''),
      }
    }
  },
})
