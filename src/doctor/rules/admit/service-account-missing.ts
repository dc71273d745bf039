import {changeTemplate, citeRefusal, NO_ACCOUNT, refusedWith} from '../../admission.js'
import {wordOf} from '../../fix.js'
import {lookalikes, suggestion} from '../../references.js'
import {defineWorkloadRule} from '../../rule.js'

export default defineWorkloadRule({
  id: 'service-account-missing',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  refines: 'pods-not-created',
  title: 'The ServiceAccount that the pods run as does not exist',
  explain: `The pods' template names a ServiceAccount that is not in the namespace, so the API server refuses every pod. ServiceAccounts cannot
be used across namespaces. The controller goes on trying with growing pauses: pods appear by themselves some time after the ServiceAccount
is created, and at once when the template names one that exists.`,

  * check(workload) {
    const {template, templated, templatePath, owner, namespace} = workload
    const refused = refusedWith(workload, NO_ACCOUNT)
    const name = template?.serviceAccountName ?? template?.serviceAccount ?? 'default'
    if (!refused || !template || (refused.match && refused.match[1] !== name)) return
    const found = workload.find('ServiceAccount', name)
    if (found || (found === undefined && !refused.match)) return
    const like = lookalikes(workload, 'ServiceAccount', name)
    const change = like.best === undefined ? undefined : changeTemplate(workload, word => ['kubectl', 'set', 'serviceaccount', word, like.best!])
    yield {
      summary: `ServiceAccount "${name}" does not exist in namespace "${namespace}" (serviceAccountName of ${wordOf(owner.ref)})${suggestion(like)}.`,
      evidence: [
        ...citeRefusal(workload, refused.refusal),
        ...(template.serviceAccountName === undefined ? [] : [workload.cite(templated, `${templatePath}.serviceAccountName`)]),
        ...(found === null ? [workload.citeAbsence('ServiceAccount', name)] : []),
      ],
      fixes: [
        ...(change ? [{action: `Run the pods as ServiceAccount "${like.best}"`, ...change}] : []),
        {
          action: `Create ServiceAccount "${name}"; it may do nothing until a role is bound to it`,
          commands: [['kubectl', 'create', 'serviceaccount', name]], effect: 'creates',
        },
      ],
      culprit: {kind: 'ServiceAccount', namespace, name},
    }
  },
})
