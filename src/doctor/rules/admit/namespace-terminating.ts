import {citeRefusal} from '../../admission.js'
import {refOf} from '../../cite.js'
import {wordOf} from '../../fix.js'
import {holdOf} from '../../namespace-remains.js'
import {defineWorkloadRule} from '../../rule.js'

/** plugin/pkg/admission/namespace/lifecycle/admission.go: the same words since 1.0. The namespace itself says more than the refusal, and stays when the events are gone. */
const TERMINATED = /unable to create new content in namespace \S+ because it is being terminated/

export default defineWorkloadRule({
  id: 'namespace-terminating',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  refines: 'pods-not-created',
  title: 'The namespace is being deleted and takes no new pods',
  explain: `In a namespace that is being deleted nothing can be created any more, so controllers get no pods for what ends there. A deletion cannot be taken back. Workloads
that are still there wait to be deleted themselves; when the namespace stays for long, an object in it does not go, mostly because of a finalizer. What is needed has to be
created again in another namespace, or in this one once it is gone.`,

  * check(workload) {
    const {cluster, namespace, ref, owner} = workload
    const [refusal] = workload.refusals
    if (refusal ? !TERMINATED.test(refusal.message) : !workload.lacking) return
    const home = workload.find('Namespace', namespace)
    const since = home?.metadata?.deletionTimestamp
    if (since === undefined && !refusal) return
    const hold = home ? holdOf(cluster, home) : undefined
    yield {
      summary: `No pods are made for ${wordOf(ref)}: namespace "${namespace}" is being deleted${since === undefined ? '' : ` since ${since}`} and takes nothing new${hold ? `; it stays because ${hold.words}` : ''}.`,
      evidence: [...citeRefusal(workload, refusal), ...(home && since !== undefined ? hold?.evidence ?? [workload.cite(home, 'metadata.deletionTimestamp')] : [])],
      fixes: [{action: `Create ${wordOf(owner.ref)} anew in a namespace that stays, or in this one when it is gone; a deletion cannot be taken back`}, ...hold?.fixes ?? []],
      culprit: {kind: 'Namespace', name: namespace}, because: (hold?.objects ?? []).map(refOf),
    }
  },
})
