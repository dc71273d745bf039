import {wordOf} from '../../fix.js'
import {lookalikes, suggestion} from '../../references.js'
import {defineRule} from '../../rule.js'
import {said, unmountedOf} from '../../unmounted.js'

/** `failed to fetch token: serviceaccounts "robot" not found`, from the kubelet, for the volume kube-api-access-… that every pod gets. Before a pod is made, the API server refuses it instead (service-account-missing). */
const WORDS = /failed to fetch token: serviceaccounts? "([^"]+)" not found/

export default defineRule({
  id: 'service-account-deleted',
  phase: 'volume',
  severity: 'error',
  heals: 'never',
  refines: 'volume-not-mounted',
  title: 'The ServiceAccount of the pod was deleted after the pod was made',
  explain: `Every pod gets a token of its ServiceAccount as a volume, unless it renounces it. The ServiceAccount was there when the API server let the pod in, and has been deleted before the
kubelet could fetch the token: the pod stays in ContainerCreating. Once a ServiceAccount of that name is there again, the pod starts by itself.`,

  * check(patient) {
    const name = patient.pod.spec?.serviceAccountName ?? 'default'
    for (const unmounted of unmountedOf(patient)) {
      const index = unmounted.source.projected?.sources?.findIndex(({serviceAccountToken}) => serviceAccountToken) ?? -1
      const words = said(unmounted, WORDS)
      if (index < 0 && !words) continue
      const found = patient.find('ServiceAccount', name)
      if (found || (found === undefined && !words)) continue
      const like = lookalikes(patient, 'ServiceAccount', name)
      yield {
        about: unmounted.name,
        summary: `ServiceAccount "${name}" of ${wordOf(patient.owner.ref)} does not exist any more in namespace "${patient.namespace}", so the pod's token cannot be fetched${suggestion(like)}.`,
        evidence: [...(words ? [patient.cite(words.event, 'message')] : []), ...patient.citeIfPresent(patient.pod, 'spec.serviceAccountName'), ...(found === null ? [patient.citeAbsence('ServiceAccount', name)] : [])],
        fixes: [{action: `Create ServiceAccount "${name}" again, with the roles that it had`, commands: [['kubectl', 'create', 'serviceaccount', name]], effect: 'creates'}],
        culprit: {kind: 'ServiceAccount', namespace: patient.namespace, name},
      }
      return
    }
  },
})
