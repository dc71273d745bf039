import {citeRefusal, refusedWith} from '../../admission.js'
import {wordOf} from '../../fix.js'
import {defineWorkloadRule} from '../../rule.js'
import {callFailed, serviceDown} from '../../unanswered.js'
import {citeWebhook, guardsPods, nameOf, passedOver, webhooksOf} from '../../webhook.js'

/**
 * apiserver/pkg/admission/plugin/webhook: `failed calling webhook "w": failed to call webhook: Post "https://svc.ns.svc:443/…": …`. Behind a
 * Service without endpoints kube-proxy refuses the connection; `no endpoints available` comes from API servers that route to endpoints themselves.
 */
const FAILED = /failed calling webhook "([^"]+)": (?:failed to call webhook: )?(?:Post "https:\/\/([^/"]+)[^"]*": )?(.+)/s

export default defineWorkloadRule({
  id: 'webhook-unreachable',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'by itself',
  refines: 'pods-not-created',
  title: 'An admission webhook that must be asked does not answer',
  explain: `The API server has to ask an admission webhook before it makes a pod, and cannot: the Service it is called through has no pods,
its certificate does not fit, or it is too slow. With failurePolicy Fail, which is the default, nothing that the webhook is registered for
can be made until it answers, and the pods of the webhook itself may be among that.`,

  * check(workload) {
    const refused = refusedWith(workload, FAILED)
    if (!refused) return
    const [, said, host = '', tail = ''] = refused.match ?? []
    const all = webhooksOf(workload)
    for (const webhook of said === undefined ? all.filter(webhook => guardsPods(webhook, workload)) : [all.find(({hook}) => hook.name === said)]) {
      const name = webhook?.hook.name ?? said!
      const {service, url} = webhook?.hook.clientConfig ?? {}
      const [, fromHost, itsNamespace] = /^([^.]+)\.([^.]+)\.svc(?::\d+)?$/.exec(host) ?? []
      const place = service ? {service: service.name, namespace: service.namespace, port: service.port ?? 443} : fromHost !== undefined && itsNamespace !== undefined ? {service: fromHost, namespace: itsNamespace} : undefined
      const down = place && !/x509|HTTP response/.test(tail) ? serviceDown(workload, place) : undefined
      if (!down && said === undefined) continue
      const at = place ? `${place.service}.${place.namespace}` : host || url
      const why = down?.words ?? callFailed(tail.replaceAll(/\s+/g, ' ').trim(), webhook?.hook.timeoutSeconds ?? 10)
      yield {
        summary: `A${nameOf(name, webhook)} cannot be called${at && !down ? ` at ${at}` : ''}, so no pod of ${wordOf(workload.owner.ref)} can be made: ${why}.`,
        evidence: [...citeRefusal(workload, refused.refusal), ...citeWebhook(workload, webhook, 'clientConfig.service.name', 'clientConfig.url', 'failurePolicy'), ...down?.evidence ?? []],
        fixes: [...down?.fixes ?? [], ...(webhook ? [passedOver(webhook)] : [])],
        culprit: webhook ? {kind: webhook.object.kind!, name: webhook.object.metadata?.name ?? '', part: name} : {...workload.owner.ref, part: `webhook ${name}`},
      }
      return
    }
  },
})
