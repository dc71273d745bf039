import {fitHeap, heapOf, mebibytes, memoryLimit} from '../../heap.js'
import {defineRule} from '../../rule.js'

/** The kernel knows nothing of heaps: the status only says `OOMKilled`. A heap below the limit with a program that is killed all the same is the broad `oom-killed`. */
export default defineRule({
  id: 'heap-larger-than-limit',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: 'oom-killed',
  title: 'The heap may grow beyond the container\'s memory limit',
  explain: `Java and Node.js take memory up to a maximum that they are told (-Xmx, --max-old-space-size) before they clean up in earnest. Where that maximum is as large as the memory limit
of the container or larger, the kernel kills the program before it would have cleaned up: it is told to use what it does not have. Besides the heap a program needs memory for threads, code and
buffers, so three quarters of the limit are a good maximum.`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, ended, spec, specPath} = container
      const limit = memoryLimit(container)
      const heap = ended.reason === 'OOMKilled' && limit !== undefined ? heapOf(patient, container) : undefined
      if (!heap || limit === undefined || heap.max * 10n < limit * 9n) continue
      yield {
        container: name,
        summary: `Container "${name}" was killed for memory because its ${heap.runtime} heap may grow to ${mebibytes(heap.max)} (${heap.flag} in ${heap.where}), ${
          heap.max > limit ? 'beyond' : 'which leaves nothing else of'} its memory limit of ${spec.resources?.limits?.['memory']}.`,
        evidence: [patient.cite(patient.pod, `${ended.path}.reason`), ...(heap.origin ? [heap.origin.evidence] : []), patient.cite(patient.pod, `${specPath}.resources.limits.memory`)],
        fixes: [fitHeap(patient, container, heap.runtime, heap, limit)],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
