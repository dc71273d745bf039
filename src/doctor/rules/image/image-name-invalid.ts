import {wordOf} from '../../fix.js'
import {setImage} from '../../image-pull.js'
import {defineRule} from '../../rule.js'

/** The grammar of distribution/reference: registry[:port]/path[:tag][@digest]; only the tag may have upper-case letters. */
const PATH = /^(?:[\w.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/

/** What is wrong with the name, and the name without it where that is certain. */
function flawOf(image: string): {flaw: string, better?: string} {
  if (/\$\{?\w|\$\(|\{\{|<no value>/.test(image)) return {flaw: 'a variable of a template in it was never filled in'}
  const trimmed = image.trim().replaceAll(/\s+/g, '')
  const bare = trimmed.replace(/^(?:https?|docker|oci):\/\//i, '')
  const [, path = '', tag = ''] = /^(.*?)((?::[^/:]*)?(?:@.*)?)$/.exec(bare) ?? []
  // Without its colon the name would mean the tag "latest", which nobody has asked for.
  if (tag === ':') return {flaw: 'its tag is empty'}
  const better = path.toLowerCase() + tag
  const flaw = bare !== trimmed ? 'it begins with a URL scheme' : trimmed !== image ? 'it has blanks in it'
    : path !== path.toLowerCase() ? 'only the tag may have upper-case letters' : 'it is no image reference'
  return better !== image && PATH.test(better) ? {flaw, better} : {flaw}
}

export default defineRule({
  id: 'image-name-invalid',
  phase: 'image',
  severity: 'error',
  heals: 'never',
  title: 'The image\'s name is not a valid reference',
  explain: `The kubelet cannot read the name of the image, so no registry was asked. A reference is registry/path:tag in lower-case letters
(only the tag may have others), without a scheme such as https:// and without blanks. A "\${TAG}" in it means that the file was applied
without the tool that fills in its variables.`,

  * check(patient) {
    for (const {name, spec, waiting, statusPath, specPath} of patient.containers) {
      if (waiting?.reason !== 'InvalidImageName') continue
      const image = spec.image ?? ''
      const {flaw, better} = flawOf(image)
      const change = better === undefined ? undefined : setImage(patient, name, better)
      yield {
        container: name,
        summary: `Image name "${image}" of container "${name}" is not valid: ${flaw}.`,
        evidence: [patient.cite(patient.pod, `${statusPath}.state.waiting.reason`), patient.cite(patient.pod, `${specPath}.image`)],
        fixes: [
          ...(better !== undefined && change ? [{action: `Name the image ${better}`, ...change}] : []),
          ...(better === undefined ? [{action: `Write a whole image reference into ${wordOf(patient.owner.ref)}, such as registry/path:tag`}] : []),
        ],
        culprit: {kind: 'Image', name: image},
      }
    }
  },
})
