import {citeRefusal, wordsOf} from '../../admission.js'
import {satisfying} from '../../denial.js'
import {wordOf} from '../../fix.js'
import {setBy} from '../../guard.js'
import {defineWorkloadRule} from '../../rule.js'

/** apiserver/pkg/admission/plugin/policy/validating/dispatcher.go. */
const DENIED = /ValidatingAdmissionPolicy '([^']+)' with binding '([^']+)' denied request: ([^]+)/

export default defineWorkloadRule({
  id: 'admission-policy-denied',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  refines: 'pods-not-created',
  title: 'A ValidatingAdmissionPolicy denies the pods',
  explain: `A ValidatingAdmissionPolicy is a rule written in CEL that the API server itself applies; a binding says to what it applies and
whether it denies, warns or only records. The words after "denied request" are the policy's message, or the expression that is not true
for the pod. It judges the pods, so the workload was accepted.`,

  * check(workload) {
    const refusal = workload.refusals[0]
    const [, name, bound = '', said = ''] = (refusal && DENIED.exec(wordsOf(refusal))) ?? []
    if (!refusal || name === undefined) return
    const policy = workload.find('ValidatingAdmissionPolicy', name)
    const binding = workload.find('ValidatingAdmissionPolicyBinding', bound)
    const words = said.trim().replace(/\.$/, '')
    const validations = policy?.spec?.validations ?? []
    const at = validations.findIndex(({message, expression}) => (message !== undefined && message.trim().replace(/\.$/, '') === words) || words.includes(expression))
    const index = at < 0 && validations.length === 1 ? 0 : at
    const {expression} = validations[index] ?? {}
    const evidence = policy && expression !== undefined ? [workload.cite(policy, `spec.validations[${index}].expression`)] : []
    yield {
      summary: `ValidatingAdmissionPolicy "${name}" (binding "${bound}") denies the pods of ${wordOf(workload.owner.ref)}: ${words}.`,
      evidence: [...citeRefusal(workload, refusal), ...evidence, ...(binding ? workload.citeIfPresent(binding, 'spec.validationActions') : [])],
      fixes: [
        ...satisfying(workload, words, `policy "${name}"`),
        ...(binding ? [{action: `Let binding "${bound}" only warn`, removesGuard: setBy(binding, 'spec.validationActions'), commands: [
          ['kubectl', 'patch', `validatingadmissionpolicybinding/${bound}`, '--type=merge', '-p', JSON.stringify({spec: {validationActions: ['Warn']}})]]}] : []),
      ],
      culprit: {...workload.owner.ref, part: `policy ${name}`},
    }
  },
})
