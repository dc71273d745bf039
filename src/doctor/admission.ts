import {wordOf, type Change} from './fix.js'
import type {Evidence} from './types.js'
import type {Refusal, Workload} from './workload.js'

/**
 * What the API server said, without what the controllers put before it (pkg/controller/controller_utils.go, statefulset
 * and job controllers; StatefulSet's words changed case between versions) and without the names of pods that never were.
 */
export const wordsOf = ({message}: Refusal): string => message.replaceAll(/\s+/g, ' ').trim()
  .replace(/^\(combined from similar events\): /, '')
  .replace(/^Error creating(?: job)?: /, '')
  .replace(/^create (?:Pod|Claim) .*? failed error: /i, '')
  .replace(/^failed to create PVC [^:\s]+: /, '')
  .replace(/^pods "[^"]*" is forbidden: /, '')
  .replace(/^Pod "[^"]*" is invalid: /, 'the pod is invalid: ')

/** plugin/pkg/admission/serviceaccount/admission.go: `error looking up service account shop/deployer: serviceaccount "deployer" not found`. */
export const NO_ACCOUNT = /error looking up service account \S+: serviceaccount "([^"]+)" not found/

/** plugin/pkg/admission/priority/admission.go. */
export const NO_PRIORITY_CLASS = /no PriorityClass with name (\S+) was found/
/** plugin/pkg/admission/runtimeclass/admission.go. */
export const NO_RUNTIME_CLASS = /pod rejected: RuntimeClass "([^"]+)" not found/

/** Quotes the refusal where there is one. */
export const citeRefusal = (workload: Workload, refusal: Refusal | undefined): Evidence[] =>
  refusal ? [workload.cite(refusal.object, refusal.path)] : []

/**
 * Why no pod is made, for rules that can tell it from the spec alone: the newest words about it if they match, or nothing
 * at all where the words are gone and pods are lacking. `undefined`: other words, or no pod is lacking.
 */
export function refusedWith(workload: Workload, words: RegExp): {refusal?: Refusal, match?: RegExpExecArray} | undefined {
  const refusal = workload.refusals[0]
  if (!refusal) return workload.lacking ? {} : undefined
  const match = words.exec(refusal.message)
  return match ? {refusal, match} : undefined
}

/**
 * A command that changes the template of the workload's owner. A CronJob's present Job keeps the template it was made with
 * and can hold up the next one, so it goes, too: it has run nothing. `undefined` where the template cannot be changed.
 */
export function changeTemplate({owner, maker, counts}: Workload, command: (word: string) => string[]): Change | undefined {
  if (owner.templatePointer === undefined) return undefined
  const job = owner.ref.kind === 'CronJob' && maker.kind === 'Job' && counts.made === 0 ? maker.metadata?.name : undefined
  const stuck = job === undefined ? [] : [['kubectl', 'delete', `job/${job}`]]
  return {commands: [command(wordOf(owner.ref)), ...stuck], effect: 'changes-spec', ...(counts.made > 0 && {restarts: counts.made})}
}
