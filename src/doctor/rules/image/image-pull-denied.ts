import {wordOf} from '../../fix.js'
import {parseImage, pullErrors} from '../../image-pull.js'
import type {Patient} from '../../patient.js'
import {covers, DENIED, nameInstead, pullSecretsOf, unusedLogin} from '../../pull-secrets.js'
import {defineRule} from '../../rule.js'
import type {Evidence} from '../../types.js'

/** Why the logins that the pod names do not help, as the end of a sentence, with the proof. Secrets that nobody could look at are not accused. */
function lackOf(patient: Patient, image: string): {words: string, evidence: Evidence[]} {
  const named = pullSecretsOf(patient)
  if (named.length === 0) return {words: ', and the pod names no pull secret', evidence: []}
  for (const {name} of named) {
    const secret = patient.find('Secret', name)
    if (!secret) continue
    if (secret.type !== 'kubernetes.io/dockerconfigjson' && secret.type !== 'kubernetes.io/dockercfg') return {words: `, and pull secret "${name}" is of type ${secret.type ?? 'Opaque'}, which the kubelet ignores`, evidence: patient.citeIfPresent(secret, 'type')}
    const evidence = patient.citeIfPresent(secret, 'facts.registries')
    if (covers(secret, image) === false) return {words: `, and pull secret "${name}" holds a login for ${secret.facts?.registries?.join(', ') || 'no registry'} only`, evidence}
    if (covers(secret, image)) return {words: `; the login of pull secret "${name}" is not accepted for it`, evidence}
  }
  return {words: '', evidence: []}
}

export default defineRule({
  id: 'image-pull-denied',
  phase: 'image',
  severity: 'error',
  heals: 'never',
  refines: 'image-pull-failed',
  title: 'The registry wants a login for the image, or another one',
  explain: `The registry answered, and does not let the node have the image. Either the repository is private and the pod has no login for
it in imagePullSecrets, or the login is for another registry or is not accepted. Docker Hub gives the same answer for a repository that
does not exist at all, so look at the spelling, too.`,

  * check(patient) {
    for (const {name, spec, words, evidence} of pullErrors(patient)) {
      const image = spec.image ?? ''
      if (!DENIED.test(words)) continue
      const {registry, repository} = parseImage(image)
      const lack = lackOf(patient, image)
      const other = unusedLogin(patient, image)
      const unused = other === undefined ? undefined : patient.find('Secret', other)
      const named = pullSecretsOf(patient)
      const change = other === undefined ? undefined : nameInstead(patient, named[0]?.name, other)
      yield {
        container: name,
        summary: `Registry ${registry} refuses image "${image}" of container "${name}"${lack.words}${
          other === undefined ? '' : `; Secret "${other}" holds a login for it`}${registry === 'docker.io' ? '. Docker Hub says the same of a repository that does not exist' : ''}.`,
        evidence: [...evidence, ...named.map(({path}) => patient.cite(patient.pod, path)), ...lack.evidence, ...(unused ? patient.citeIfPresent(unused, 'facts.registries') : [])],
        fixes: [
          ...(other !== undefined && change ? [{action: `Name Secret "${other}" as pull secret in ${wordOf(patient.owner.ref)}`, ...change}] : []),
          {action: `Put a login that may read ${repository} on ${registry} into a Secret of type kubernetes.io/dockerconfigjson, and name it under imagePullSecrets; or correct the image's name`},
        ],
        culprit: {kind: 'Image', name: image},
      }
    }
  },
})
