import {editTemplate} from '../../fix.js'
import {ONE, parseQuantity} from '../../quantity.js'
import {defineRule} from '../../rule.js'
import {startErrors} from '../../start-error.js'

/**
 * What the kernel and runc say when a pod's memory limit holds not even the runtime: `container init was OOM-killed (memory limit too low?)` (runc), `…: cannot allocate
 * memory` about its cgroup. The token's volume has the size of the limit, too: `no space left on device` from the kubelet.
 */
const WORDS = /container init was OOM-killed|cgroup.*: cannot allocate memory|kube-api-access.*: no space left on device|\/kube-api-access-.*no space left/
const MI = 1_048_576n * ONE

export default defineRule({
  id: 'memory-limit-too-small',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: ['volume-not-mounted', 'sandbox-not-created', 'container-not-created'],
  title: 'The memory limit is too small to start anything',
  explain: `A memory limit without a unit is in bytes, and the suffix "m" means thousandths, so "128m" is an eighth of a byte; "128Mi" was meant. With so little the pod fails before its
program starts, in different places: its token does not fit into the volume that is made for it, the runtime cannot make the cgroup, or the kernel kills the runtime as it starts. About
6Mi are needed before the program has anything.`,

  * check(patient) {
    const failing = startErrors(patient)
    const event = patient.preparing ? patient.events('FailedMount', 'FailedCreatePodSandBox').find(({message = ''}) => WORDS.test(message)) : undefined
    for (const container of patient.containers) {
      const {name, spec, specPath, editPath} = container
      const limit = spec.resources?.limits?.['memory']
      const value = limit === undefined ? undefined : parseQuantity(limit)?.value
      const error = failing.find(other => other.name === name && WORDS.test(other.words))
      const spoken = error !== undefined || event !== undefined
      if (limit === undefined || value === undefined || value <= 0n || value >= (spoken ? 16n * MI : MI) || !(spoken || patient.preparing)) continue
      const [, digits, unit] = /^(\d+)(m|k|Ki|)$/.exec(limit) ?? []
      const meant = digits !== undefined && value < MI ? `${digits}Mi` : undefined
      const change = meant === undefined ? undefined : editTemplate(patient, [{path: `${editPath}.resources.limits.memory`, to: meant}])
      const size = value < ONE ? ', a fraction of one byte ("m" means thousandths)' : value < MI ? `, that is ${value / ONE} bytes` : ''
      yield {
        container: name,
        summary: `Container "${name}" has a memory limit of ${limit}${size}: too little to start anything${meant === undefined ? '' : `; "${meant}" may be meant`}.`,
        evidence: [patient.cite(patient.pod, `${specPath}.resources.limits.memory`), ...error?.evidence ?? [], ...(event && !error ? [patient.cite(event, 'message')] : [])],
        fixes: [{action: meant === undefined ? `Give container "${name}" a memory limit of 16Mi at least, and what its program needs besides` : `Set the memory limit to ${meant}${unit === 'm' || unit === '' ? ': the unit is missing' : ''}`, ...change}],
        culprit: {...patient.owner.ref, part: `${name} memory`},
      }
    }
  },
})
