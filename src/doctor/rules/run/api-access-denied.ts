import {denialOf} from '../../api-permission.js'
import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {defineRule} from '../../rule.js'

/**
 * The words are of the API server's authorizer (apiserver/pkg/endpoints/handlers/responsewriters/errors.go), as clients of all languages pass them on: HTTP
 * 403, "User ... cannot VERB resource". A 401 (a token that is not accepted) and an admission webhook that refuses are other faults.
 */
export default defineRule({
  id: 'api-access-denied',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The program may not do in the Kubernetes API what it needs to do',
  explain: `A program that talks to the Kubernetes API does so as the ServiceAccount of its pod ("default" where none is named), and may do only what some Role or
ClusterRole says that a RoleBinding or ClusterRoleBinding gives to that account. The verb, the resource, its API group and the namespace must
all fit: list is not get, and deployments are in the group "apps".`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'api')
      const {ns, sa, verb, resource, group = '', space} = said?.groups ?? {}
      if (!said || ns === undefined || sa === undefined || verb === undefined || resource === undefined) continue
      const denial = denialOf(patient, {verb, resource, group, account: {name: sa, namespace: ns}, space})
      if (!denial) continue
      const what = `${verb} ${resource}${group === '' ? '' : `.${group}`}${space === undefined ? ' in the whole cluster' : ` in namespace "${space}"`}`
      yield {
        container: container.name,
        summary: `${failsWith(container, {text: 'forbidden'})}: ServiceAccount "${sa}" of namespace "${ns}" cannot ${what}; ${denial.words}.`,
        evidence: [...said.evidence, ...denial.evidence], fixes: denial.fixes, culprit: denial.culprit,
      }
    }
  },
})
