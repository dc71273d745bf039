import {citeRefusal, wordsOf} from '../../admission.js'
import {satisfying} from '../../denial.js'
import {wordOf} from '../../fix.js'
import {defineWorkloadRule} from '../../rule.js'
import {citeWebhook, nameOf, webhooksOf, withoutWebhook} from '../../webhook.js'

/** apiserver/pkg/admission/plugin/webhook/errors/statuserror.go. A webhook that cannot be asked is another fault: `webhook-unreachable`. */
const DENIED = /admission webhook "([^"]+)" denied the request(?:: ([^]+)| without explanation)/

export default defineWorkloadRule({
  id: 'webhook-denied',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  refines: 'pods-not-created',
  title: 'An admission webhook denies the pods',
  explain: `Before a pod is stored, the API server asks the admission webhooks that are registered for pods. One of them has said no; the
words after "denied the request" are its own. Behind a webhook stands somebody's rule (Kyverno and Gatekeeper name the policy in the
words), and it judges the pods, not the workload: labels and annotations count in the template, not on the Deployment.`,

  * check(workload) {
    const refusal = workload.refusals[0]
    const [, name, said = ''] = (refusal && DENIED.exec(wordsOf(refusal))) ?? []
    if (!refusal || name === undefined) return
    const webhook = webhooksOf(workload).find(({hook}) => hook.name === name)
    const words = said.trim()
    yield {
      summary: `A${nameOf(name, webhook)} denies the pods of ${wordOf(workload.owner.ref)}${words === '' ? ' and does not say why' : `: ${words.replace(/\.$/, '')}`}.`,
      evidence: [...citeRefusal(workload, refusal), ...citeWebhook(workload, webhook, 'name', 'clientConfig.service.name', 'clientConfig.url')],
      fixes: [
        ...(words === '' ? [] : satisfying(workload, words, `webhook "${name}"`)),
        ...(webhook ? [withoutWebhook(webhook)] : []),
      ],
      culprit: {...workload.owner.ref, part: `webhook ${name}`},
    }
  },
})
