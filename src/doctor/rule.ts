import type {Kinds} from '../kube/types.js'
import type {Patient} from './patient.js'
import type {Subject} from './subject.js'
import type {Finding, Phase, Symptom} from './types.js'
import type {Workload} from './workload.js'

interface RuleBase {
  /** The fault, in kebab-case; also the file's name. */
  id: string
  phase: Phase
  severity: Finding['severity']
  /** One line, for tables. */
  title: string
  /** A paragraph for a person who meets the fault for the first time; `--explain` prints it. */
  explain: string
  /** Broader rules that say nothing new about the same container (and part) once this one has spoken. */
  refines?: string | string[]
  /** Whether the fault can pass without anybody doing something (a registry's time-out) or cannot (a missing key). */
  heals: Finding['heals']
}

export interface PodRule extends RuleBase {
  judges?: 'pod'
  check: (patient: Patient) => Iterable<Symptom>
  /** The same fault as it is seen from a claim that was asked about: pods that wait for it and the claim itself have one cause. */
  checkClaim?: (claim: Subject<Kinds['PersistentVolumeClaim']>) => Iterable<Symptom>
}

/** A rule about a workload itself: why its pods were never made. */
export interface WorkloadRule extends RuleBase {
  judges: 'workload'
  check: (workload: Workload) => Iterable<Symptom>
}

/**
 * A rule about a pod that is well and was named: what its log repeats, a Service that misses it. A person who names a running
 * pod has a reason. It warns, and changes no verdict.
 */
export interface WellPodRule extends RuleBase {
  judges: 'well pod'
  severity: 'warning'
  /** It needs no more than what a look at the whole namespace reads, and no log: it speaks there, too. */
  scans?: true
  check: (patient: Patient) => Iterable<Symptom>
}

/** The same for a workload that has all that it wants and was named (or is all there is): a DaemonSet that wants no pod, a CronJob that does not come to run. */
export interface WellWorkloadRule extends RuleBase {
  judges: 'well workload'
  severity: 'warning'
  check: (workload: Workload) => Iterable<Symptom>
}

/** Kinds that are no workload and can be asked about. */
export const OBJECT_KINDS = [
  'HorizontalPodAutoscaler', 'Ingress', 'Namespace', 'Node', 'PersistentVolumeClaim', 'PodDisruptionBudget', 'Service',
] as const
export type ObjectKind = (typeof OBJECT_KINDS)[number]

/** A rule about an object that is asked about itself: a Service, a node, a claim. */
export interface ObjectRule<K extends ObjectKind = ObjectKind> extends RuleBase {
  judges: K
  check: (subject: Subject<Kinds[K]>) => Iterable<Symptom>
}

export type Rule = PodRule | WorkloadRule | WellPodRule | WellWorkloadRule | {[K in ObjectKind]: ObjectRule<K>}[ObjectKind]

/** Gives a rule file its types and nothing else. */
export const defineRule = (rule: PodRule): PodRule => rule
/** The same for a rule that judges a workload. */
export const defineWorkloadRule = (rule: WorkloadRule): WorkloadRule => rule
/** The same for a rule that reads a pod which is well more closely. */
export const defineWellPodRule = (rule: WellPodRule): WellPodRule => rule
/** The same for a rule that reads a workload which is well more closely. */
export const defineWellWorkloadRule = (rule: WellWorkloadRule): WellWorkloadRule => rule
/** The same for a rule that judges an object which is no workload. */
export const defineObjectRule = <K extends ObjectKind>(rule: ObjectRule<K>): ObjectRule<K> => rule
