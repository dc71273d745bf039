import {holdOf} from '../../namespace-remains.js'
import {defineObjectRule} from '../../rule.js'

/** What is asked about is the namespace; a workload in it that lacks pods is told by namespace-terminating. */
export default defineObjectRule({
  id: 'namespace-not-empty',
  judges: 'Namespace',
  phase: 'stop',
  severity: 'error',
  heals: 'by itself',
  title: 'The namespace is being deleted, and something in it does not go',
  explain: `A namespace goes when everything in it is gone. The controller asks the API server for all kinds that it serves; when a server that was added to it (an APIService)
does not answer, nobody knows whether objects of its kinds are left, and the namespace stays. Or an object stays because of a finalizer, whose program has often been deleted
with the same namespace. Emptying the namespace's own finalizers by force leaves such objects behind, out of reach.`,

  * check({object: namespace, cluster, ref}) {
    const hold = holdOf(cluster, namespace)
    if (!hold) return
    const {words, evidence, fixes, part} = hold
    yield {summary: `Namespace "${ref.name}" cannot be deleted: ${words}.`, evidence, fixes, culprit: {...ref, part}}
  },
})
