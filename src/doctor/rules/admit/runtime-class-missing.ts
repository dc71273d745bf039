import {NO_RUNTIME_CLASS} from '../../admission.js'
import {missingClass} from '../../missing-class.js'
import {defineWorkloadRule} from '../../rule.js'

export default defineWorkloadRule({
  id: 'runtime-class-missing',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  refines: 'pods-not-created',
  title: 'The RuntimeClass that the pods name does not exist',
  explain: `The pods' template names a RuntimeClass (another container runtime: gVisor, Kata, a GPU's) that the cluster does not have, so the
API server refuses every pod. A RuntimeClass is made together with the runtime's installation on the nodes: to create the object alone would
only move the fault to the node.`,

  * check(workload) {
    const symptom = missingClass(workload, {
      kind: 'RuntimeClass', field: 'runtimeClassName', words: NO_RUNTIME_CLASS, without: 'with the nodes\' default runtime',
    })
    if (symptom) yield symptom
  },
})
