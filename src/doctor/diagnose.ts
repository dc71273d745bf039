import type {KubeObject, PersistentVolumeClaim, Pod} from '../kube/types.js'
import {keyOfRef, Unquotable} from './cite.js'
import {Cluster} from './cluster.js'
import {forBackOff, forStatefulSet, isPasteable, scoped} from './fix.js'
import {groupCauses, isExplainedBy} from './group.js'
import {changedBy, keeperOf} from './keeper.js'
import {isCustom} from './kind.js'
import {isObjectKind} from './object-state.js'
import {byText} from './order.js'
import {Patient} from './patient.js'
import {resolve} from './resolve.js'
import type {ObjectKind, PodRule, Rule} from './rule.js'
import {representatives} from './representatives.js'
import {Subject} from './subject.js'
import {phases, type Diagnosis, type Evidence, type Finding, type Fix, type Ref, type Snapshot, type State, type Step, type Symptom, type Verdict} from './types.js'
import {Workload} from './workload.js'

/**
 * Judges what the snapshot holds, and says what it would have to hold to know more. Pure: the same snapshot always gives
 * the same step. Never throws for what a snapshot lacks; a rule that throws lands in `broken`.
 */
export function diagnose(snapshot: Snapshot, rules: Rule[]): Step {
  const cluster = new Cluster(snapshot)
  const {sickPods, sickWorkloads, objects, bystanders, wellPods, otherPods, wellWorkloads, states, looked, missing} = resolve(cluster, snapshot)
  const only = snapshot.container
  const broken = new Map<string, string>()
  const findings: Finding[] = []
  const alike = new Map<string, Ref[]>()

  const run = (rule: Rule, patient: Ref, check: () => Iterable<Symptom>, complete = (fix: Fix) => fix) => {
    const {id, phase, severity, heals} = rule
    try {
      for (const symptom of check()) {
        if (only !== undefined && symptom.container !== undefined && symptom.container !== only) continue
        findings.push({rule: id, phase, severity, heals, patient, ...symptom, fixes: symptom.fixes.map(fix => kept(cluster, runnable(complete(fix), patient, snapshot.connection ?? []), patient))})
      }
    } catch (error) {
      if (!(error instanceof Unquotable)) broken.set(id, String(error))
    }
  }

  const judging = <J extends Judges>(judges: J) => rules.filter((rule): rule is RuleFor<J> => (rule.judges ?? 'pod') === judges)
  const [patients, well] = [sickPods, wellPods].map(pods => pods.map((pod: Pod) => new Patient(cluster, pod))) as [Patient[], Patient[]]
  for (const {patient, followers} of representatives(patients)) {
    alike.set(keyOfRef(patient.ref), [...alike.get(keyOfRef(patient.ref)) ?? [], ...followers])
    for (const rule of judging('pod')) run(rule, patient.ref, () => rule.check(patient), fix => forStatefulSet(forBackOff(fix, patient), patient))
  }
  for (const {patient, followers} of representatives(well)) {
    alike.set(keyOfRef(patient.ref), followers)
    if (hasEnded(patient)) for (const rule of judging('pod')) run(rule, patient.ref, () => rule.check(patient))
    for (const rule of judging('well pod')) run(rule, patient.ref, () => rule.check(patient))
  }
  for (const {patient, followers} of representatives(otherPods.map(pod => new Patient(cluster, pod)))) {
    alike.set(keyOfRef(patient.ref), followers)
    for (const rule of judging('well pod')) if (rule.scans) run(rule, patient.ref, () => rule.check(patient))
  }
  for (const object of sickWorkloads) {
    const workload = new Workload(cluster, object)
    if (!isCustom(workload.ref.kind)) for (const rule of judging('workload')) run(rule, workload.ref, () => rule.check(workload))
  }
  for (const object of wellWorkloads) {
    const workload = new Workload(cluster, object)
    if (!isCustom(workload.ref.kind)) for (const rule of judging('well workload')) run(rule, workload.ref, () => rule.check(workload))
  }
  const judgeObject = (object: KubeObject, severity?: 'warning') => {
    const subject = new Subject(cluster, object)
    for (const rule of judging(object.kind as ObjectKind)) {
      const check = () => (rule.check as (subject: Subject) => Iterable<Symptom>)(subject)
      if (severity === undefined) run(rule, subject.ref, check)
      // Nobody has asked for it: only what is proved, is its own fault, and can be mended.
      else run({...rule, severity}, subject.ref, () => [...check()].filter(({culprit, likely, fixes}) => !likely && culprit.kind === object.kind && fixes.length > 0))
    }
    for (const rule of object.kind === 'PersistentVolumeClaim' ? judging('pod') : []) {
      run({...rule, ...(severity && {severity})}, subject.ref, () => [...rule.checkClaim?.(subject as Subject<PersistentVolumeClaim>) ?? []].filter(({likely}) => severity === undefined || !likely))
    }
  }
  for (const object of objects) judgeObject(object)
  for (const object of bystanders) judgeObject(object, 'warning')

  const owners = new Map(patients.map(({ref, owner}) => [keyOfRef(ref), owner.ref]))
  // What looks well by itself, a rule may know better: a port to which a Service sends, and where nobody listens.
  const accused = new Map(findings.filter(({severity, patient}) => severity === 'error' && isObjectKind(patient.kind)).map(({patient, summary}) => [keyOfRef(patient), summary]))
  const owned = states.map((state): State => {
    const fault = accused.get(keyOfRef(state.object))
    if (fault !== undefined && state.condition !== 'sick') return {...state, condition: 'sick', facts: [fault]}
    return state.owner ? {...state, owner: owners.get(keyOfRef(state.object)) ?? state.owner} : state
  })

  const examined = [...patients, ...well]
  const wellContainers = new Map(examined.map(patient => [keyOfRef(patient.ref), new Set(patient.containers.filter(({well}) => well).map(({name}) => name))]))
  const warning = new Set([...judging('well pod'), ...judging('well workload')].map(({id}) => id))
  const over = (finding: Finding) => finding.container !== undefined && !warning.has(finding.rule) && (wellContainers.get(keyOfRef(finding.patient))?.has(finding.container) ?? false)
  const {kept: remaining, suppressed} = dropRefined(findings, rules)
  const sound = new Set(well.map(({ref}) => keyOfRef(ref)))
  const going = remaining.filter(finding => !over(finding) && (warning.has(finding.rule) || !sound.has(keyOfRef(finding.patient)))).toSorted(byPhase)
  const causes = going.filter(finding => !going.some(other => isExplainedBy(finding, other)))
  const consequences = going.filter(finding => !causes.includes(finding))
  const {serverVersion, context} = snapshot
  const unread = snapshot.reads.filter(({outcome}) => outcome === 'forbidden' || outcome === 'unavailable')
  const diagnosis: Diagnosis = {
    apiVersion: 'podkit/v1', kind: 'Diagnosis', takenAt: snapshot.takenAt,
    ...(serverVersion !== undefined && {serverVersion}), ...(context !== undefined && {context}),
    targets: snapshot.targets, ...(only !== undefined && {container: only}),
    verdict: missing.length > 0 ? 'unknown' : verdictOf(causes, states),
    states: owned, looked,
    causes: groupCauses(causes, alike), consequences,
    suppressed, history: remaining.filter(over).map(finding => ({...finding, evidence: [...finding.evidence, ...endOf(examined, finding)]})).toSorted(byPhase),
    missing, unread,
    broken: [...broken].map(([rule, error]) => ({rule, error})),
  }
  return {diagnosis, asks: cluster.asks}
}

type Judges = NonNullable<Rule['judges']>
type RuleFor<J extends Judges> = J extends 'pod' ? PodRule : Extract<Rule, {judges: J}>

/** The pod is well and has a past. */
const hasEnded = ({containers}: Patient) => containers.some(({ended, restarts, status}) => ended && (restarts || status?.lastState?.terminated))

/** The fix with its commands as they are typed here; a command that nobody should paste is left out, and its sentence stays. */
function runnable({commands, ...fix}: Fix, {namespace}: Ref, connection: string[]): Fix {
  const scopedCommands = commands?.map(command => scoped(command, namespace, connection))
  return scopedCommands?.every(isPasteable) ? {...fix, commands: scopedCommands} : fix
}

/** The fix with a warning where somebody will undo it. */
function kept(cluster: Cluster, fix: Fix, {namespace}: Ref): Fix {
  for (const command of fix.commands ?? []) {
    const changed = fix.effect === 'reads' ? undefined : changedBy(command, namespace)
    const object = changed && cluster.named(changed)
    const undoneBy = object && keeperOf(cluster, object)
    if (undoneBy !== undefined) return {...fix, undoneBy}
  }
  return fix
}

/** When the container of a past finding ended. */
function endOf(patients: Patient[], {patient, container}: Finding): Evidence[] {
  const subject = patients.find(({ref}) => keyOfRef(ref) === keyOfRef(patient))
  const path = subject?.containers.find(({name}) => name === container)?.ended?.path
  return subject && path ? subject.citeIfPresent(subject.pod, `${path}.finishedAt`) : []
}

function verdictOf(causes: Finding[], states: State[]): Verdict {
  if (causes.some(({severity}) => severity === 'error')) return 'faulty'
  if (states.some(({condition}) => condition === 'sick')) return 'inconclusive'
  return states.some(({condition}) => condition === 'unknown') ? 'unknown' : 'sound'
}

/** Drops a broad finding where a rule that refines it has spoken about the same patient, container and, where both name one, part. */
function dropRefined(findings: Finding[], rules: Rule[]): {kept: Finding[], suppressed: Diagnosis['suppressed']} {
  const refined = new Map(rules.map(({id, refines = []}) => [id, new Set([refines].flat())]))
  const narrower = (broad: Finding) => findings.find(({rule, patient, container, about}) => refined.get(rule)?.has(broad.rule)
    && keyOfRef(patient) === keyOfRef(broad.patient) && (container === broad.container || broad.container === undefined)
    && (about === undefined || broad.about === undefined || about === broad.about))
  const kept: Finding[] = []
  const suppressed: Diagnosis['suppressed'] = []
  for (const finding of findings) {
    const by = narrower(finding)
    if (by) suppressed.push({finding, by: by.rule})
    else kept.push(finding)
  }
  return {kept, suppressed}
}

const byPhase = (a: Finding, b: Finding) =>
  phases.indexOf(a.phase) - phases.indexOf(b.phase)
  || byText(a.severity, b.severity)
  || byText(keyOfRef(a.patient), keyOfRef(b.patient))
  || byText(a.container ?? '', b.container ?? '')
  || byText(a.rule, b.rule)
