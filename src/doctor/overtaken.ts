import {ENFORCE, VIOLATES} from './pod-security-words.js'
import {EXCEEDED, shortageIn} from './quota.js'
import {isAtLeast} from './pod-security.js'
import {NO_ACCOUNT, NO_PRIORITY_CLASS, NO_RUNTIME_CLASS} from './admission.js'
import {BEYOND} from './limit-range.js'
import type {Evidence} from './types.js'
import type {Refusal, Workload} from './workload.js'

/** What has been put right since the refusal, as a clause, with its evidence. `undefined` where it still stands, as far as anybody can tell. */
export function overtaken(workload: Workload, {message}: Refusal): {words: string, evidence: Evidence[]} | undefined {
  const [, account] = NO_ACCOUNT.exec(message) ?? []
  const owner = account === undefined ? undefined : workload.find('ServiceAccount', account)
  if (owner) return {words: `ServiceAccount "${account}" exists`, evidence: workload.citeIfPresent(owner, 'metadata.creationTimestamp')}

  for (const [kind, words] of [['PriorityClass', NO_PRIORITY_CLASS], ['RuntimeClass', NO_RUNTIME_CLASS]] as const) {
    const [, name] = words.exec(message) ?? []
    const made = name === undefined ? undefined : workload.find(kind, name)
    if (made) return {words: `${kind} "${name}" exists`, evidence: workload.citeIfPresent(made, 'metadata.creationTimestamp')}
  }

  if (BEYOND.test(message) && workload.list('LimitRange')?.length === 0) {
    return {words: `namespace "${workload.namespace}" has no LimitRange`, evidence: []}
  }

  const exceeded = EXCEEDED.exec(message)
  const quota = exceeded && workload.find('ResourceQuota', exceeded[2]!)
  if (quota === null && exceeded) return {words: `ResourceQuota "${exceeded[2]}" is gone`, evidence: [workload.citeAbsence('ResourceQuota', exceeded[2]!)]}
  if (quota && shortageIn(workload, exceeded) === null) {
    return {words: `ResourceQuota "${exceeded[2]}" has room`, evidence: ['status.used', 'status.hard'].flatMap(path => workload.citeIfPresent(quota, path))}
  }

  const level = VIOLATES.exec(message)?.[1]
  const home = level === undefined ? undefined : workload.find('Namespace', workload.namespace)
  const enforced = home?.metadata?.labels?.[ENFORCE]
  if (home && enforced !== undefined && !isAtLeast(enforced, level ?? '')) {
    return {words: `namespace "${workload.namespace}" enforces only Pod Security "${enforced}"`, evidence: [workload.cite(home, `metadata.labels["${ENFORCE}"]`)]}
  }
  return undefined
}
