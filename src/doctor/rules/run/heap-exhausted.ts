import {fitHeap, heapOf, mebibytes, memoryLimit, type Runtime} from '../../heap.js'
import {logOfEnd} from '../../log-scan.js'
import {shortened} from '../../telling-line.js'
import {defineRule} from '../../rule.js'

/** The JVM (also with ExitOnOutOfMemoryError or CrashOnOutOfMemoryError), V8, CPython, Go's runtime, C++. `Metaspace` and native threads are other limits than the heap, and quoted as they are. */
const WORDS: [RegExp, Runtime | undefined][] = [
  [/java\.lang\.OutOfMemoryError: (?:Java heap space|GC overhead limit exceeded)/, 'Java'], [/JavaScript heap out of memory|FATAL ERROR: .*Allocation failed/, 'Node.js'],
  [/java\.lang\.OutOfMemoryError/, undefined], [/^MemoryError\b|runtime: out of memory|fatal error: out of memory|std::bad_alloc|Cannot allocate memory|Perhaps out of memory\?/, undefined],
]

export default defineRule({
  id: 'heap-exhausted',
  phase: 'run',
  severity: 'error',
  heals: 'by itself',
  refines: ['container-exited', 'init-container-failed', 'killed-by-sigkill'],
  title: 'The program ran out of its own memory, below or at the container\'s limit',
  explain: `Here not the kernel stopped the program: it gave up by itself, because its heap was full or the system gave it no more memory. How large a heap may grow is a setting of the
runtime: Java takes a quarter of the container's memory limit unless -Xmx or -XX:MaxRAMPercentage says otherwise, Node.js a size of its own unless --max-old-space-size does. A higher memory
limit of the container alone often changes nothing.`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, ended, spec, specPath} = container
      const log = ended.reason === 'OOMKilled' || ended.exitCode === 0 ? undefined : logOfEnd(patient, container)
      const lines = log?.text.split('\n') ?? []
      const line = lines.findIndex(text => WORDS.some(([pattern]) => pattern.test(text)))
      if (!log || line < 0) continue
      const runtime = WORDS.find(([pattern]) => pattern.test(lines[line]!))![1]
      const heap = runtime && heapOf(patient, container)
      const limit = memoryLimit(container)
      const written = spec.resources?.limits?.['memory']
      const size = heap ? ` of ${mebibytes(heap.max)} (${heap.flag} in ${heap.where})` : runtime === 'Java' && limit !== undefined ? `, by default a quarter of the limit (${mebibytes(limit / 4n)})` : ''
      const room = limit === undefined || (heap && heap.max * 10n >= limit * 7n) || !runtime ? undefined : fitHeap(patient, container, runtime, heap, limit)
      yield {
        container: name,
        summary: runtime ? `Container "${name}" filled its ${runtime} heap${size} and gave up (exit code ${ended.exitCode}); its memory limit is ${written ?? 'not set'}.`
          : `Container "${name}" got no more memory${written === undefined ? '' : ` at a memory limit of ${written}`} and ended with exit code ${ended.exitCode}: ${shortened(lines[line]!.trim())}`,
        evidence: [patient.citeLog(log, line), patient.cite(patient.pod, `${ended.path}.exitCode`), ...(heap?.origin ? [heap.origin.evidence] : []), ...patient.citeIfPresent(patient.pod, `${specPath}.resources.limits.memory`)],
        fixes: [...(room ? [room] : []), {action: `Make the program need less memory${runtime ? `, or give it a larger heap and container "${name}" a memory limit that is a third larger than that` : ''}`}],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
