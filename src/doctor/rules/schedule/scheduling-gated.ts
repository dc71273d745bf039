import {editTemplate, wordOf} from '../../fix.js'
import {setBy} from '../../guard.js'
import {templateSpecOf} from '../../owner.js'
import {listed} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {isGated} from '../../scheduling.js'
import {theirWord, verb} from '../../scheduling-words.js'
import type {Fix} from '../../types.js'

/** Programs that are known to set gates, by the end of the gate's domain, and what they wait for. */
const KEEPERS: [RegExp, string][] = [
  [/(?:^|\.)kueue\.x-k8s\.io\//, 'Kueue, which takes it away when the queue has quota for the pod'],
  [/^multiarch\.openshift\.io\//, 'the Multiarch Tuning Operator, which takes it away when it knows the architectures of the image'],
  [/(?:^|\.)kubevirt\.io\//, 'KubeVirt'], [/(?:^|\.)volcano\.sh\//, 'Volcano'], [/(?:^|\.)jobset\.x-k8s\.io\//, 'JobSet'],
]

export default defineRule({
  id: 'scheduling-gated',
  phase: 'schedule',
  severity: 'error',
  heals: 'by itself',
  refines: 'unschedulable',
  title: 'A scheduling gate holds the pod back',
  explain: `A pod with schedulingGates is created and left alone: no scheduler looks at it until the last gate is taken away. Controllers set gates to wait for quota, for a
license, for an image's architecture, and take them away themselves. A gate in the pods' template, or one whose controller does not run, stays for ever. The condition
PodScheduled has the reason SchedulingGated (1.27 and later); which gates they are stands only in the spec.`,

  * check(patient) {
    if (!isGated(patient)) return
    const {pod, owner} = patient
    const gates = pod.spec!.schedulingGates!.map(({name}) => name)
    const words = `scheduling gate${gates.length === 1 ? '' : 's'} ${listed(gates.map(name => `"${name}"`))}`
    const keepers = [...new Set(gates.flatMap(gate => KEEPERS.find(([pattern]) => pattern.test(gate))?.[1] ?? []))]
    const queue = pod.metadata?.labels?.['kueue.x-k8s.io/queue-name']
    const templated = templateSpecOf(owner)?.schedulingGates !== undefined
    const condition = patient.condition('PodScheduled')
    const set = setBy(templated && owner.object ? owner.object : pod, 'spec.schedulingGates', 'spec.template')
    const remove = owner.ref.kind !== 'Pod' ? editTemplate(patient, [{path: 'schedulingGates', remove: true}])
      : {commands: [['kubectl', 'patch', wordOf(owner.ref), '--type=json', '-p', JSON.stringify([{op: 'test', path: '/spec/schedulingGates', value: pod.spec!.schedulingGates}, {op: 'remove', path: '/spec/schedulingGates'}])]], effect: 'changes-spec' as const}
    const fixes: Fix[] = [
      {action: keepers.length > 0 ? `Leave it to ${listed(keepers)}${queue === undefined ? '' : ` (queue "${queue}")`}; if it does not, see why it does not run or admit the pod`
        : `Let the controller that owns ${listed([...new Set(gates.map(gate => gate.split('/')[0]!))])} take ${gates.length === 1 ? 'the gate' : 'the gates'} away, or start it where it does not run`},
      ...(remove && (templated || owner.ref.kind === 'Pod') ? [{action: `Take ${words} out of ${wordOf(owner.ref)} by hand`, ...remove, removesGuard: set}] : []),
    ]
    yield {
      summary: `${owner.ref.kind === 'Pod' ? 'Pod' : 'The pods of'} ${owner.ref.kind === 'Pod' ? `"${owner.ref.name}"` : wordOf(owner.ref)} ${verb(patient, 'are', 'is')} held back by ${words}${
        templated ? ` in the template of ${wordOf(owner.ref)}` : ''}, which nobody has taken away${keepers.length > 0 ? ` (set by ${keepers[0]!.split(',')[0]})` : ''}: no scheduler looks at ${theirWord(patient).startsWith('pod ') ? 'it' : 'them'} before.`,
      evidence: [...(condition ? patient.citeIfPresent(pod, `${condition.path}.reason`) : []), patient.cite(pod, 'spec.schedulingGates')],
      fixes, culprit: {...owner.ref, part: gates.join()},
    }
  },
})
