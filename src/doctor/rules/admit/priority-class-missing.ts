import {NO_PRIORITY_CLASS} from '../../admission.js'
import {missingClass} from '../../missing-class.js'
import {defineWorkloadRule} from '../../rule.js'

export default defineWorkloadRule({
  id: 'priority-class-missing',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  refines: 'pods-not-created',
  title: 'The PriorityClass that the pods name does not exist',
  explain: `The pods' template names a PriorityClass that the cluster does not have, so the API server refuses every pod. PriorityClasses
belong to the whole cluster, and are often installed by other charts. The workload itself is accepted without a word.`,

  * check(workload) {
    const symptom = missingClass(workload, {
      kind: 'PriorityClass', field: 'priorityClassName', words: NO_PRIORITY_CLASS, without: 'without a PriorityClass, at the default priority',
    })
    if (symptom) yield symptom
  },
})
