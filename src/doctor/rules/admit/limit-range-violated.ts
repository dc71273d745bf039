import {citeRefusal, refusedWith} from '../../admission.js'
import {wordOf} from '../../fix.js'
import {BEYOND, breachesOf, inWords, type Breach} from '../../limit-range.js'
import {limitRangeFixes} from '../../limit-range-fix.js'
import {defineWorkloadRule} from '../../rule.js'
import {resourcePaths} from '../../set-resources.js'

/** The API server's admission plugin LimitRanger says no. A default of a LimitRange that makes the pod invalid is another fault: `default-limit-too-low`. */
export default defineWorkloadRule({
  id: 'limit-range-violated',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  refines: 'pods-not-created',
  title: 'A LimitRange of the namespace refuses the pods for what they ask for',
  explain: `A LimitRange says how much a container, a pod or a claim of the namespace may ask for at least and at most, and how many times its
request a limit may be. The workload itself is accepted; only its pods (or the claims of a StatefulSet) are refused. What a template leaves
open is first filled in with the LimitRange's own defaults. Pods that were there before the LimitRange stay.`,

  * check(workload) {
    const {owner, templated, namespace} = workload
    const refused = refusedWith(workload, BEYOND)
    const breaches = refused && breachesOf(workload)
    if (!breaches?.length) return
    const ranges = [...new Set(breaches.map(({range}) => range))]
    const names = ranges.map(({metadata}) => `"${metadata?.name}"`).join(' and ')
    const subject = ({whose, resource}: Breach) => JSON.stringify([whose, resource])
    const told = breaches.filter((breach, i) => breaches.findIndex(other => subject(other) === subject(breach)) === i)
    yield {
      summary: `LimitRange${ranges.length > 1 ? 's' : ''} ${names} refuse${ranges.length > 1 ? '' : 's'} the pods of ${wordOf(owner.ref)}: ${told.slice(0, 3).map(inWords).join('; ')}.`,
      evidence: [
        ...citeRefusal(workload, refused?.refusal),
        ...breaches.map(({range, path}) => workload.cite(range, path)),
        ...[...new Set(breaches.flatMap(({whose, resource}) => whose.kind === 'container' ? resourcePaths(workload, whose.name, resource) : []))].map(path => workload.cite(templated, path)),
      ],
      fixes: limitRangeFixes(workload, breaches),
      culprit: {kind: 'LimitRange', namespace, name: ranges[0]!.metadata?.name ?? '', part: [...new Set(breaches.map(({resource, bound}) => `${bound} ${resource}`))].join(' ')},
    }
  },
})
