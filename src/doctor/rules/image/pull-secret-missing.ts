import {wordOf} from '../../fix.js'
import {parseImage, pullErrors} from '../../image-pull.js'
import type {Patient} from '../../patient.js'
import {DENIED, isFromAccount, nameInstead, pullSecretsOf, unusedLogin} from '../../pull-secrets.js'
import {lookalikes, suggestion} from '../../references.js'
import {defineRule} from '../../rule.js'

/**
 * The kubelet pulls without a secret that it cannot find, so the registry's refusal is all that most people see. It says so in an
 * event, which is all there is for those who may not read Secrets: `Unable to retrieve some image pull secrets (regcred); …`.
 */
const UNRETRIEVED = /Unable to retrieve some image pull secrets \(([^)]*)\)/

/** The named secrets that are not there, with the proof: the absence, or the kubelet's words. */
const missingFrom = (patient: Patient) => pullSecretsOf(patient).flatMap(({name, path}) => {
  const found = patient.find('Secret', name)
  if (found === null) return [{name, path, proof: patient.citeAbsence('Secret', name)}]
  const event = found ? undefined : patient.events('FailedToRetrieveImagePullSecret').find(({message = ''}) => UNRETRIEVED.exec(message)?.[1]?.split(', ').includes(name))
  return event ? [{name, path, proof: patient.cite(event, 'message')}] : []
})

export default defineRule({
  id: 'pull-secret-missing',
  phase: 'image',
  severity: 'error',
  heals: 'never',
  refines: ['image-pull-failed', 'image-pull-denied'],
  title: 'The registry wants a login, and the pull secret that the pod names does not exist',
  explain: `The pod names a Secret in imagePullSecrets that is not in its namespace. Secrets cannot be read across
namespaces, so one of the same name elsewhere does not help. The node then asks the registry without a login, and the
registry says no. The pod heals by itself soon after the Secret is created.`,

  * check(patient) {
    for (const {name: container, spec, words, evidence} of pullErrors(patient)) {
      if (!DENIED.test(words)) continue
      for (const {name, path, proof} of missingFrom(patient)) {
        const other = unusedLogin(patient, spec.image ?? '')
        const unused = other === undefined ? undefined : patient.find('Secret', other)
        const change = other === undefined ? undefined : nameInstead(patient, name, other)
        yield {
          container,
          summary: `Pull secret "${name}"${isFromAccount(patient) ? ` of ServiceAccount "${patient.pod.spec?.serviceAccountName ?? 'default'}"` : ''} does not exist in namespace "${patient.namespace}", and registry ${parseImage(spec.image ?? '').registry} refuses image "${spec.image}" without a login${
            other === undefined ? suggestion(lookalikes(patient, 'Secret', name)) : `; Secret "${other}" holds one for it`}.`,
          evidence: [...evidence, patient.cite(patient.pod, path), proof, ...(unused ? patient.citeIfPresent(unused, 'facts.registries') : [])],
          fixes: [
            ...(other !== undefined && change ? [{action: `Name Secret "${other}" as pull secret in ${wordOf(patient.owner.ref)}`, ...change}] : []),
            {action: `Create Secret "${name}" of type kubernetes.io/dockerconfigjson in namespace ${patient.namespace}, with a login for ${parseImage(spec.image ?? '').registry} (kubectl create secret docker-registry)`},
          ],
          culprit: {kind: 'Secret', namespace: patient.namespace, name},
        }
      }
    }
  },
})
