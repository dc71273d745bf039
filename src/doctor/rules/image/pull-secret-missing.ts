import {editTemplate} from '../../fix.js'
import {parseImage, pullErrors} from '../../image-pull.js'
import {DENIED, pullSecretsOf, unusedLogin} from '../../pull-secrets.js'
import {lookalikes, suggestion} from '../../references.js'
import {defineRule} from '../../rule.js'

/** The kubelet pulls without a secret that it cannot find, so the registry's refusal is all that most people see. */
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
    const missing = pullSecretsOf(patient).filter(({name}) => patient.find('Secret', name) === null)
    for (const {name: container, spec, words, evidence} of pullErrors(patient)) {
      if (!DENIED.test(words)) continue
      for (const {name, path} of missing) {
        const other = unusedLogin(patient, spec.image ?? '')
        const change = other === undefined ? undefined : editTemplate(patient, [{path: `imagePullSecrets[${name}].name`, to: other}])
        yield {
          container,
          summary: `Pull secret "${name}" does not exist in namespace "${patient.namespace}", and registry ${parseImage(spec.image ?? '').registry} refuses image "${spec.image}" without a login${
            other === undefined ? suggestion(lookalikes(patient, 'Secret', name)) : `; Secret "${other}" holds one for it`}.`,
          evidence: [...evidence, patient.cite(patient.pod, path), patient.citeAbsence('Secret', name)],
          fixes: [
            ...(other !== undefined && change ? [{action: `Name Secret "${other}" as pull secret in ${patient.owner.ref.kind.toLowerCase()}/${patient.owner.ref.name}`, ...change}] : []),
            {action: `Create Secret "${name}" of type kubernetes.io/dockerconfigjson in namespace ${patient.namespace}, with a login for ${parseImage(spec.image ?? '').registry} (kubectl create secret docker-registry)`},
          ],
          culprit: {kind: 'Secret', namespace: patient.namespace, name},
        }
      }
    }
  },
})
