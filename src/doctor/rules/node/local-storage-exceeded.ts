import {defineRule} from '../../rule.js'
import {storageExceeded} from '../../storage-exceeded.js'

/** The three wordings of ownLimitOf in eviction.ts. An eviction because the node as a whole was short is `evicted-for-pressure`. */
export default defineRule({
  id: 'local-storage-exceeded',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  refines: 'pod-rejected',
  title: 'The pod was evicted for writing more to its node\'s disk than it may',
  explain: `The kubelet measures what each pod keeps on its node's disk: files outside of volumes, emptyDir volumes and logs. When an emptyDir
grows beyond its sizeLimit, or a container beyond its limit of ephemeral-storage, the whole pod is stopped and stays Failed. A controller makes a new one, which
starts with empty disks and goes the same way, as long as the program writes as much.`,

  * check(patient) {
    const symptom = storageExceeded(patient)
    if (symptom) yield symptom
  },
})
