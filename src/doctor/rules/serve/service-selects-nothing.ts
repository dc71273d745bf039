import {defineObjectRule} from '../../rule.js'
import {isThere, podsAbsent} from '../../service-pods.js'

/**
 * No pod has the labels that the Service selects, so its EndpointSlices are empty (the endpointslice controller). A Service without a selector
 * has the endpoints that somebody writes for it, and one of type ExternalName has none at all.
 */
export default defineObjectRule({
  id: 'service-selects-nothing',
  judges: 'Service',
  phase: 'serve',
  severity: 'error',
  heals: 'never',
  title: 'The Service selects labels that no pod has',
  explain: `A Service sends what arrives to the pods that have all labels of its selector. Where no pod has them it has no endpoints, and whoever
calls it is refused or waits. One label too many is enough, or another spelling: the selector of the Deployment is of no importance here, the labels in its template are.
A Service of a workload that is scaled to 0 has no endpoints either, and rightly so.`,

  * check(subject) {
    const {selector = {}, type} = subject.object.spec ?? {}
    if (type === 'ExternalName' || Object.keys(selector).length === 0) return
    const pods = subject.list('Pod', {namespace: subject.namespace, selector: {matchLabels: selector}})
    if (pods?.filter(isThere).length !== 0) return
    const {words, meant: _, ...symptom} = podsAbsent(subject, subject.object)
    yield {...symptom, summary: `${words}.`}
  },
})
