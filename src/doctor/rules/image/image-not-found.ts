import {wordOf} from '../../fix.js'
import {knownImages, parseImage, pullErrors, setImage} from '../../image-pull.js'
import {scoreOf, STRONG} from '../../near-miss.js'
import {containerBefore, rollBack} from '../../revisions.js'
import {defineRule} from '../../rule.js'

/**
 * What container runtimes say when the registry has no such repository or tag:
 * - containerd: `failed to resolve reference "docker.io/library/nginx:1.99": docker.io/library/nginx:1.99: not found`
 * - CRI-O, Docker: `reading manifest 1.99 in docker.io/library/nginx: manifest unknown`, `name unknown`
 *
 * Docker Hub answers "pull access denied" for a repository that is private *or* missing: that is `image-pull-denied`.
 * `no match for platform in manifest: not found` is another fault: the image is there, for other machines.
 */
const NOT_FOUND = /manifest unknown|manifest for \S+ not found|name unknown|repository \S+ not found|: not found$/
const OTHER_PLATFORM = /no match for platform/

/** `1.28` is not a misspelt `1.27`, but another version. */
const sameButForNumbers = (a: string, b: string) => a.replaceAll(/\d+/g, '0') === b.replaceAll(/\d+/g, '0')

export default defineRule({
  id: 'image-not-found',
  phase: 'image',
  severity: 'error',
  heals: 'never',
  refines: 'image-pull-failed',
  title: 'The image does not exist in its registry',
  explain: `The registry answered, and has no image of that name and tag. Most often the tag is misspelt, was never
pushed, or was deleted by a clean-up policy. The kubelet keeps trying, so pushing the image heals the pod by itself.`,

  * check(patient) {
    for (const {name, spec, words, evidence, specPath} of pullErrors(patient)) {
      const image = spec.image ?? ''
      if (!NOT_FOUND.test(words) || OTHER_PLATFORM.test(words)) continue
      const {registry, repository, tag} = parseImage(image)
      const known = knownImages(patient).map(other => ({other, ...parseImage(other)})).filter(other => other.registry === registry)
      const tags = known.filter(other => other.repository === repository && other.tag !== tag).map(other => other.tag)
      const meant = known.find(other => other.tag === tag && scoreOf(repository, other.repository) >= STRONG)?.other
        ?? known.find(other => other.repository === repository && !sameButForNumbers(tag, other.tag) && scoreOf(tag, other.tag) >= STRONG)?.other
      const before = containerBefore(patient, name)?.image
      const change = meant === undefined ? undefined : setImage(patient, name, meant)
      yield {
        container: name,
        summary: `Image "${image}" of container "${name}" does not exist in registry ${registry}${
          meant !== undefined ? `; "${meant}" does` : tags.length > 0 ? `; of this repository tag ${tags.slice(0, 4).join(', ')} is known here` : ''}.`,
        evidence: [...evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.image`)],
        fixes: [
          ...(meant !== undefined && change ? [{action: `Use image ${meant}, which exists`, ...change}] : []),
          ...(before !== undefined && before !== image ? rollBack(patient, ` (image ${before})`) : []),
          {action: `${repository.startsWith('library/') ? 'Let' : `Push ${repository}:${tag} to ${registry}, or let`} ${wordOf(patient.owner.ref)} name an image that exists`},
        ],
        culprit: {kind: 'Image', name: image},
      }
    }
  },
})
