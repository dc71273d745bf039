import {changing, wordOf} from '../../fix.js'
import {templateSpecOf} from '../../owner.js'
import {defaultLimit, withoutLimit} from '../../memory-limit.js'
import {defineRule} from '../../rule.js'
import {age} from '../../triage.js'

/** Twice the amount, in the same unit: `32Mi` → `64Mi`. Undefined for what is no whole number of a unit. */
const doubled = (quantity: string) => {
  const [, number, unit] = /^(\d+)([KMGT]i?|k)?$/.exec(quantity) ?? []
  return number === undefined ? undefined : `${2 * Number(number)}${unit ?? ''}`
}

/**
 * The kernel killed the container for going over its own memory limit. The kubelet reports it as reason `OOMKilled`
 * with exit code 137, in `state` while the container is down and in `lastState` once it is up again. With another exit code
 * the kernel killed a child, and the program ended itself afterwards (containerd, internal/cri/server/events.go).
 *
 * Exit code 137 without the reason is *not* this fault: it is any SIGKILL, most often the end of a grace period.
 */
export default defineRule({
  id: 'oom-killed',
  phase: 'run',
  severity: 'error',
  heals: 'by itself',
  refines: ['container-exited', 'init-container-failed'],
  title: 'The container was killed for using more memory than its limit',
  explain: `The kernel stops a container at its memory limit without warning, so its log usually ends mid-sentence. Either the limit is too
low for what the program needs, or the program needs more and more (a leak: then a higher limit only buys time). Programs with a heap of their own (Java, Node.js)
must be told to keep it below the limit.`,

  * check(patient) {
    for (const {name, spec, ended, specPath, statusPath, status} of patient.ended) {
      if (ended.reason !== 'OOMKilled') continue
      const limit = spec.resources?.limits?.['memory']
      const {by, evidence} = limit === undefined ? withoutLimit(patient) : defaultLimit(patient, name)
      const more = limit === undefined ? undefined : doubled(limit)
      const lived = ended.startedAt && ended.finishedAt ? age(ended.startedAt, Date.parse(ended.finishedAt)) : undefined
      const when = lived === undefined ? '' : /^[01]s$/.test(lived) ? ' right after it started' : ` after ${lived}`
      const {owner} = patient
      const change = more !== undefined && templateSpecOf(owner) ? changing(owner, [['kubectl', 'set', 'resources', wordOf(owner.ref), '-c', name, `--limits=memory=${more}`]]) : undefined
      yield {
        container: name,
        summary: `Container "${name}" was killed ${limit === undefined ? by : `for going over its memory limit of ${limit}`}${when}${limit === undefined ? '' : by}${
          ended.exitCode === 137 ? '' : ` (a child of its program was killed, exit code ${ended.exitCode})`}.`,
        evidence: [patient.cite(patient.pod, `${ended.path}.reason`), patient.cite(patient.pod, `${ended.path}.exitCode`),
          ...evidence, ...(limit === undefined ? [] : [patient.cite(patient.pod, `${specPath}.resources.limits.memory`)]),
          ...(status?.restartCount ? [patient.cite(patient.pod, `${statusPath}.restartCount`)] : [])],
        fixes: [
          ...(change ? [{action: `Raise the memory limit of "${name}" from ${limit} to ${more}, and watch what it uses`, ...change}] : []),
          {action: `Make the program use less than ${limit ?? 'it does'}: if memory grows steadily it leaks, and a higher limit only buys time`},
        ],
        culprit: {...owner.ref, part: name},
      }
    }
  },
})
