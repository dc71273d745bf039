import {keyOfRef} from './cite.js'
import {byNumbers, byText} from './order.js'
import {phases, type Cause, type Finding, type Fix, type Ref} from './types.js'

/**
 * Whether `cause` explains `finding`: it strikes the same patient earlier in the pod's life, and it is about the pod as a
 * whole or about the same container. Or the finding itself says that it follows from what ails another object. Warnings explain nothing.
 */
export const isExplainedBy = (finding: Finding, cause: Finding): boolean =>
  cause !== finding && cause.severity === 'error' && (comesFrom(finding, cause) || strikesEarlier(cause, finding))

const names = ({because = []}: Finding, {patient}: Finding) => because.some(ref => keyOfRef(ref) === keyOfRef(patient))
/** Of two that name each other neither is the consequence. */
const comesFrom = (finding: Finding, cause: Finding): boolean => names(finding, cause) && !names(cause, finding)

const strikesEarlier = (cause: Finding, finding: Finding): boolean =>
  keyOfRef(cause.patient) === keyOfRef(finding.patient)
  && phases.indexOf(cause.phase) < phases.indexOf(finding.phase)
  && (cause.container === undefined || finding.container === undefined || cause.container === finding.container)

/**
 * Findings with the same rule and culprit are one cause with a list of the affected; `alike` adds those who were not
 * examined because they are like one who was. Causes that hurt more come first, then those that strike earlier.
 */
export function groupCauses(findings: Finding[], alike: Map<string, Ref[]>): Cause[] {
  const causes = new Map<string, Cause>()
  for (const finding of findings) {
    const {kind, namespace = '', name, part = ''} = finding.culprit
    const key = JSON.stringify([finding.rule, kind, namespace, name, part])
    const before = causes.get(key)
    const cause = before ? {...before, finding: withFixOf(before.finding, finding)} : {finding, affected: []}
    causes.set(key, cause)
    const {patient} = finding
    for (const ref of [patient, ...alike.get(keyOfRef(patient)) ?? []]) {
      if (!cause.affected.some(other => keyOfRef(other) === keyOfRef(ref))) cause.affected.push(ref)
    }
  }
  // A warning about what is a cause already says nothing new.
  const accused = new Set([...causes.values()].flatMap(({finding: {severity, culprit}}) => severity === 'error' ? [keyOfRef(culprit)] : []))
  return [...causes.values()].filter(({finding: {severity, culprit}}) => severity === 'error' || !accused.has(keyOfRef(culprit)))
    .map(cause => ({...cause, affected: cause.affected.toSorted((a, b) => byText(a.namespace ?? '', b.namespace ?? '') || byNumbers(a.name, b.name))}))
    .toSorted((a, b) => byText(a.finding.severity, b.finding.severity) || b.affected.length - a.affected.length)
}

/** As many owners get their own command. */
const OWNERS = 10

/** One missing Secret hurts two Deployments: the first fix of each is needed. Fixes that are the same for all are said once. */
function withFixOf(finding: Finding, {fixes}: Finding): Finding {
  const [first] = fixes
  const same = (fix: Fix) => JSON.stringify(fix.commands) === JSON.stringify(first?.commands)
  const last = finding.fixes.findLastIndex(({also}) => also)
  if (!first?.commands || first.removesGuard !== undefined || finding.fixes.some(same) || last >= OWNERS) return finding
  return {...finding, fixes: finding.fixes.toSpliced(Math.max(last, 0) + 1, 0, {...first, also: true})}
}
