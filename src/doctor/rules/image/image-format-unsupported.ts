import {parseImage, pullErrors} from '../../image-pull.js'
import {otherImages} from '../../registry.js'
import {defineRule} from '../../rule.js'

/**
 * Docker's manifest of 2014, "schema 1":
 * - containerd 2.1: `media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1, please rebuild …`
 * - containerd 2.0: `pulling Schema 1 images have been deprecated and disabled by default since containerd v2.0`; CRI-O, Docker: `unsupported … schema 1`
 */
const SCHEMA_1 = /manifest\.v1\+(?:prettyjws|json)|schema ?1 (?:image|support|manifest)|version 2, schema 1/i
/** What the registry has under that name is no image: a Helm chart, an SBOM, a signature. */
const ARTIFACT = /(?:unsupported|unexpected|invalid|unknown|unrecognized|cannot handle)[^:]*(?:media ?type|mime ?type|mimetype)[^:]*?:? ?"?(application\/[\w.+-]+)/i

export default defineRule({
  id: 'image-format-unsupported',
  phase: 'image',
  severity: 'error',
  heals: 'never',
  refines: ['image-pull-failed', 'image-not-found'],
  title: 'The node\'s container runtime cannot read the image\'s format',
  explain: `The registry has something under that name, in a format that the container runtime does not take. Images that were pushed before about
2017 have a manifest of "schema 1", which containerd has dropped with 2.1: pull such an image with an older tool and push it again, or build it
again. Registries also hold things that are no images, such as Helm charts.`,

  * check(patient) {
    for (const container of pullErrors(patient)) {
      const {name, spec, words, evidence, specPath} = container
      const old = SCHEMA_1.test(words)
      const type = ARTIFACT.exec(words)?.[1]
      if (!old && type === undefined) continue
      const nodeName = patient.pod.spec?.nodeName ?? ''
      const node = patient.find('Node', nodeName)
      const runtime = node?.status?.nodeInfo?.containerRuntimeVersion?.replace('://', ' ')
      const chart = type?.includes('helm') ? 'a Helm chart' : `something of type ${type}`
      yield {
        container: name,
        summary: `Image "${spec.image}" of container "${name}" ${old ? `has a manifest of the old schema 1, which ${runtime ?? 'the container runtime'} on node "${nodeName}" does not read any more` : `is no container image: registry ${parseImage(spec.image ?? '').registry} has ${chart} under that name`}.`,
        evidence: [...evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.image`), ...(node ? patient.citeIfPresent(node, 'status.nodeInfo.containerRuntimeVersion') : [])],
        fixes: [...otherImages(patient, container), {action: old ? `Build image ${spec.image} again with a present tool, or pull and push it with one that still reads schema 1 (skopeo copy --format v2s2), and use that` : `Name a container image in place of ${spec.image}`}],
        culprit: {kind: 'Image', name: spec.image ?? ''},
      }
    }
  },
})
