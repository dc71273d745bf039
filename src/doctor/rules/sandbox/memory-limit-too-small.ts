import {editTemplate, wordOf} from '../../fix.js'
import {ONE, parseQuantity} from '../../quantity.js'
import {containerBefore, rollBack} from '../../revisions.js'
import {defineRule} from '../../rule.js'
import {lacksSandbox, sandboxError} from '../../sandbox-error.js'
import {startErrors} from '../../start-error.js'

/**
 * - runc from 1.1 on: `container init was OOM-killed (memory limit too low?)`; 1.0: `… (possibly OOM-killed)`; in the sandbox where the pod's limit is meant, else in a container
 * - CRI-O: `set memory limit 1048576 too low; should be at least 12582912`; Docker: `Minimum memory limit allowed is 6MB`
 */
const TOO_LOW = /container init was OOM-killed|possibly OOM-killed|set memory limit \d+ too low|Minimum memory limit allowed is \d+MB|unable to apply cgroup configuration: .*cannot allocate memory/i
const MI = 1024n * 1024n
/** With runc 1.1 a pod of one container starts with 6Mi and not with 1Mi; what is below this never has room for runtime and program. */
const NEVER = 3n * MI

export default defineRule({
  id: 'memory-limit-too-small',
  phase: 'sandbox',
  severity: 'error',
  heals: 'never',
  refines: ['sandbox-not-created', 'volume-not-mounted', 'container-not-created'],
  title: 'The memory limit is too small even for the container runtime',
  explain: `The runtime's own first process runs inside of the limits of the pod, and needs a few mebibytes before the program
begins. The kernel kills it, so the container is never made. Such limits are nearly always a slip of the unit: "128m" is 128 thousandths of
a byte, "128" are bytes, "128Mi" was meant. A volume in memory (the token of the ServiceAccount) gets the size of the limit and is full at once, too.`,

  * check(patient) {
    const error = sandboxError(patient)
    const inSandbox = error !== undefined && TOO_LOW.test(error.words)
    const started = startErrors(patient).filter(({words}) => TOO_LOW.test(words))
    const limits = patient.containers.flatMap(container => {
      const text = container.spec.resources?.limits?.['memory']
      const quantity = text === undefined ? undefined : parseQuantity(text)
      return text === undefined || quantity === undefined ? [] : [{...container, text, bytes: quantity.value / ONE}]
    }).toSorted((a, b) => Number(a.bytes - b.bytes))
    const least = started.length > 0 ? limits.find(({name}) => name === started[0]?.name) : limits[0]
    const tiny = least !== undefined && least.bytes < NEVER && (lacksSandbox(patient) || started.length > 0)
    if (!least || !(inSandbox || started.length > 0 || (tiny && !error))) return
    const {name, text, editPath, specPath, bytes} = least
    const number = /^(\d+)m?$/.exec(text)?.[1]
    const meant = number !== undefined && bytes < NEVER && Number(number) >= 4 && Number(number) <= 65536 ? `${number}Mi` : undefined
    const change = meant === undefined ? undefined : editTemplate(patient, [{path: `${editPath}.resources.limits.memory`, to: meant}])
    const before = containerBefore(patient, name)?.resources?.limits?.['memory']
    yield {
      summary: `Memory limit ${text} of container "${name}" is too small even for the container runtime, which is killed before the program starts${
        text.endsWith('m') ? `; ${text} is less than ${bytes + 1n} byte${bytes === 0n ? '' : 's'}` : meant ? `; ${text} are bytes` : ''}${meant ? `, and ${meant} was meant` : ''}.`,
      evidence: [...(inSandbox ? error.evidence : []), ...started.flatMap(({evidence}) => evidence), patient.cite(patient.pod, `${specPath}.resources.limits.memory`)],
      fixes: [
        ...(meant !== undefined && change ? [{action: `Limit container "${name}" to ${meant}`, ...change}] : []),
        ...(before !== undefined && before !== text ? rollBack(patient, ` (memory limit ${before})`) : []),
        ...(meant === undefined ? [{action: `Give container "${name}" in ${wordOf(patient.owner.ref)} a memory limit of what its program needs, and never less than 16Mi`}] : []),
      ],
      culprit: {...patient.owner.ref, part: name},
      ...(!inSandbox && started.length === 0 && {likely: true as const}),
    }
  },
})
