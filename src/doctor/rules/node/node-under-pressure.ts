import {troublesOf} from '../../node-words.js'
import {defineObjectRule} from '../../rule.js'

/** Conditions that are bad when they are True: the kubelet's three pressures, NetworkUnavailable, and what the node-problem-detector adds (KernelDeadlock, ReadonlyFilesystem …). */
export default defineObjectRule({
  id: 'node-under-pressure',
  phase: 'node',
  judges: 'Node',
  severity: 'error',
  heals: 'by itself',
  title: 'The node is short of memory, disk or process ids, or reports another trouble',
  explain: `The kubelet watches what is left on its node, and reports pressure below a threshold (memory.available 100Mi, nodefs.available 10 %, imagefs.available 15 %
by default). The node then gets a taint that keeps new pods away, and pods are evicted until there is enough again. The condition stays for five minutes
after the pressure has ended.`,

  * check(subject) {
    const {object: node} = subject
    for (const {type, path, words, cure, since} of troublesOf(node)) {
      if (type === 'Ready') continue
      yield {
        about: type,
        summary: `Node "${subject.ref.name}" ${words}${since === undefined ? '' : ` since ${since}`}.`,
        evidence: ['type', 'reason', 'message', 'lastTransitionTime'].flatMap(field => subject.citeIfPresent(node, `${path}.${field}`)),
        fixes: [{action: cure}],
        culprit: {kind: 'Node', name: subject.ref.name, part: type},
      }
    }
  },
})
