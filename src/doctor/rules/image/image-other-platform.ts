import {editTemplate, wordOf} from '../../fix.js'
import {pullErrors} from '../../image-pull.js'
import {otherImages} from '../../registry.js'
import {defineRule} from '../../rule.js'

/**
 * The image is there, for other machines:
 * - containerd: `no match for platform in manifest: not found`
 * - Docker: `no matching manifest for linux/arm64/v8 in the manifest list entries`
 * - CRI-O: `choosing image instance: no image found in manifest list for architecture "arm64", variant "v8", OS "linux"` (image index since 5.30)
 *
 * An image with one manifest and no list is pulled whatever it is for, and ends in `exec format error`: that is another fault.
 */
const OTHER = /no match for platform in manifest|no matching manifest for \S+ in the manifest|no image found in (?:manifest list|image index) for architecture/

export default defineRule({
  id: 'image-other-platform',
  phase: 'image',
  severity: 'error',
  heals: 'never',
  refines: ['image-pull-failed', 'image-not-found'],
  title: 'The image is not built for the node\'s platform',
  explain: `An image of several platforms is a list of images, one for each. The registry has the image, and its list holds none for the
operating system and the processor of this node: most often it was built on a machine with another processor (an arm64 laptop) and pushed for that one alone.
Build it for all platforms of the cluster (docker buildx build --platform), or let the pod run on nodes that it is for.`,

  * check(patient) {
    for (const container of pullErrors(patient)) {
      const {name, spec, words, evidence, specPath} = container
      if (!OTHER.test(words)) continue
      const nodeName = patient.pod.spec?.nodeName ?? ''
      const node = patient.find('Node', nodeName)
      const info = node?.status?.nodeInfo
      const platform = info?.architecture === undefined ? undefined : `${info.operatingSystem}/${info.architecture}`
      const others = (patient.list('Node', {}) ?? []).filter(other => platform !== undefined && `${other.status?.nodeInfo?.operatingSystem}/${other.status?.nodeInfo?.architecture}` !== platform)
      const arches = [...new Set(others.flatMap(({status}) => status?.nodeInfo?.operatingSystem === info?.operatingSystem ? status?.nodeInfo?.architecture ?? [] : []))].toSorted()
      const change = arches.length === 1 ? editTemplate(patient, [{path: 'nodeSelector["kubernetes.io/arch"]', to: arches[0]}]) : undefined
      yield {
        container: name,
        summary: `Image "${spec.image}" of container "${name}" is not built for ${platform === undefined ? 'the platform' : `${platform}, the platform`} of node "${nodeName}"${
          others.length > 0 ? `; the cluster has other nodes, such as "${others[0]?.metadata?.name}" with ${others[0]?.status?.nodeInfo?.operatingSystem}/${others[0]?.status?.nodeInfo?.architecture}` : ''}.`,
        evidence: [...evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.image`),
          ...(node ? ['operatingSystem', 'architecture'].flatMap(field => patient.citeIfPresent(node, `status.nodeInfo.${field}`)) : [])],
        fixes: [
          ...otherImages(patient, container),
          {action: `Build image ${spec.image} for ${platform ?? 'the platform of the node'}, too (docker buildx build --platform ${platform ?? 'OS/ARCHITECTURE'}), and push it`},
          ...(change ? [{action: `Let ${wordOf(patient.owner.ref)} run on nodes with ${arches[0]} only, if the image is for those`, ...change}] : []),
        ],
        culprit: {kind: 'Image', name: spec.image ?? ''},
      }
    }
  },
})
