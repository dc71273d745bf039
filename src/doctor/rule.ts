import type {Patient} from './patient.js'
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
}

/** A rule about a workload itself: why its pods were never made. */
export interface WorkloadRule extends RuleBase {
  judges: 'workload'
  check: (workload: Workload) => Iterable<Symptom>
}

export type Rule = PodRule | WorkloadRule

/** Gives a rule file its types and nothing else. */
export const defineRule = (rule: PodRule): PodRule => rule
/** The same for a rule that judges a workload. */
export const defineWorkloadRule = (rule: WorkloadRule): WorkloadRule => rule
