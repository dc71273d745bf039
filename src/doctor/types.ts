import type {Kind, KubeObject} from '../kube/types.js'
import type {CustomKind} from './kind.js'

/** The name of an object. Objects of the cluster itself (nodes) have no namespace. */
export interface Ref {
  kind: string
  name: string
  namespace?: string
}

/**
 * What is asked about. Kind `Namespace` means every sick pod and workload in it, with the name {@link EVERYWHERE} of all
 * namespaces.
 */
export interface Target extends Ref {
  /** Instead of a name, which is then empty: every object with these labels. */
  selector?: string
  /** Where the API serves a kind that this program does not know by name: `argoproj.io/v1alpha1`. */
  apiVersion?: string
}
export const EVERYWHERE = '*'

/** A lookup that a rule made and that nobody has answered yet. */
export type Ask = GetAsk | ListAsk | LogAsk
/** `apiVersion` is given for kinds that are not Kubernetes' own. */
export interface GetAsk {get: Kind | CustomKind, apiVersion?: string, namespace?: string, name: string}
/**
 * A whole list. Without a namespace: of the whole cluster. With `metadataOnly` the objects come without spec, status and
 * data; the keys of ConfigMaps and Secrets are then known from `managedFields`.
 */
export interface ListAsk {list: Kind, namespace?: string, labelSelector?: string, fieldSelector?: string, metadataOnly?: true}
export interface LogAsk {log: LogRef}
export interface LogRef {namespace: string, pod: string, container: string, previous: boolean}

export type Outcome = 'read' | 'absent' | 'forbidden' | 'unavailable'

/** An ask, and what came back. The ledger of these is how a snapshot tells "there is none" from "nobody could look". */
export type Read = Ask & {
  outcome: Outcome
  /** The words of the API server (or of the network) when the outcome is `forbidden` or `unavailable`. */
  message?: string
}

/** What a container wrote, as far as it was read. */
export interface Log extends LogRef {
  text: string
  /** Something is missing: the log was longer than the budget. Lines that tell of errors are kept, with those before them. */
  cut?: true
}

/**
 * Everything a diagnosis may look at, as plain data. The same shape comes from a live cluster, from a dump on disk and
 * from a test fixture; `-o snapshot` prints it.
 */
export interface Snapshot {
  apiVersion: 'podkit/v1'
  kind: 'Snapshot'
  /** The only clock a rule may read: RFC 3339, UTC. */
  takenAt: string
  /** `gitVersion` of the API server. */
  serverVersion?: string
  /** Name of the kubeconfig's context. */
  context?: string
  /** kubectl's connection flags as they were given, one word each, repeated in every command that is printed. Never a token or a password. */
  connection?: string[]
  targets: Target[]
  /** The only container that is asked about. */
  container?: string
  objects: KubeObject[]
  logs: Log[]
  reads: Read[]
}

/** Where in a pod's life the fault strikes. The order is the order of life: an earlier fault explains a later one. */
export const phases = [
  'admit', 'schedule', 'node', 'volume', 'sandbox', 'image', 'create', 'run', 'ready', 'serve', 'stop',
] as const
export type Phase = (typeof phases)[number]

/** A fact quoted from the snapshot: what stands at `path` of `object`, a line of a log, or that the object does not exist. */
export type Evidence =
  | {object: Ref, path: string, value: unknown}
  | {object: Ref, container: string, previous: boolean, line: number, text: string}
  | {object: Ref, absent: true}

/** What a command does to the cluster. `reads` changes nothing; `deletes-data` may lose what cannot be brought back. */
export type Effect = 'reads' | 'changes-spec' | 'creates' | 'deletes-data'

export interface Fix {
  /** What to do, in the imperative, with real names and numbers. */
  action: string
  /**
   * Commands that do it, in order, one array element per word. Runnable as printed: real names only. Where a value is
   * unknown there is no command, only the action. The engine adds `-n` and the connection flags.
   */
  commands?: string[][]
  effect?: Effect
  /** Number of pods that are replaced when the commands have run. */
  restarts?: number
  /** Needed besides the fix before it, not instead of it: the same for another owner of pods that the cause hurts. */
  also?: true
  /** Who is going to undo it, and where the change belongs. */
  undoneBy?: string
  /** What the API server said to its commands as a dry run, one answer for each. */
  verified?: string[]
  /** The command takes down a protection: never the first fix, printed below it with who set the guard. */
  removesGuard?: string
}

/** What a finding accuses: the key by which findings of many patients become one cause. */
export interface Culprit {
  kind: string
  namespace?: string
  name: string
  /** A key, a label, a port, an image, a container. */
  part?: string
}

/** What a rule returns; the engine adds the rule's id, phase, severity and patient. */
export interface Symptom {
  container?: string
  /** Which part of the pod or container it is about: a volume's name, `livenessProbe`. Findings about different parts do not refine each other. */
  about?: string
  /** One sentence that a tired person can act on: object, fault, real names. */
  summary: string
  evidence: Evidence[]
  fixes: Fix[]
  culprit: Culprit
  /** Objects whose own causes, where they have any, explain it: then it is a consequence. */
  because?: Ref[]
  /** Left out when the evidence proves the fault; set when it only points to it. */
  likely?: true
}

export interface Finding extends Symptom {
  rule: string
  phase: Phase
  severity: 'error' | 'warning'
  patient: Ref
  heals: 'by itself' | 'never'
}

/** One fault and all whom it hurts. */
export interface Cause {
  finding: Finding
  affected: Ref[]
}

/**
 * `sound` is a proof: every container ready or rightly completed, every owner at its wanted count. `inconclusive`: sick,
 * and no rule knows why. `unknown`: a read that "sound" depends on was refused.
 */
export type Verdict = 'sound' | 'faulty' | 'inconclusive' | 'unknown'

/** One target or one of its pods, and how it is: the material of headlines. */
export interface State {
  object: Ref
  /** `sick` needs a cause; `unknown` could not be looked at. */
  condition: 'sound' | 'sick' | 'unknown'
  /** The facts behind it, strongest first: `container "web" waits: CrashLoopBackOff`. */
  facts: string[]
  /** What kubectl prints as STATUS, or READY for a workload. */
  status: string
  /** RFC 3339; since when it is so, where the API says. */
  since?: string
  /** The pods behind a Service, an Ingress, an autoscaler: while these are sick, it may be sick because of them. */
  pods?: Ref[]
  /** The object that a person owns, as far up as it is known. Not set for the object itself. */
  owner?: Ref
}

/** A target that does not exist, and what the person may have meant. */
export interface Missing {
  target: Target
  nearest: string[]
  /** Namespaces that have an object of that kind and name. */
  elsewhere: string[]
}

export interface Diagnosis {
  apiVersion: 'podkit/v1'
  kind: 'Diagnosis'
  takenAt: string
  serverVersion?: string
  context?: string
  targets: Target[]
  /** The only container that was asked about. */
  container?: string
  verdict: Verdict
  /** Of the targets; for a namespace or a workload, of the sick pods and workloads found in it. */
  states: State[]
  looked: {pods: number, sound: number}
  /** Neither explains the other: the one that strikes first in a pod's life comes first. */
  causes: Cause[]
  /** Findings explained by a cause of an earlier phase on the same container or pod. */
  consequences: Finding[]
  /** Broad findings that a narrower one about the same thing has silenced; `--explain` prints them. */
  suppressed: {finding: Finding, by: string}[]
  /** What is over: printed, never judged. */
  history: Finding[]
  missing: Missing[]
  /** Asks that were refused: what this diagnosis could not look at. */
  unread: Read[]
  /** Rules that threw. A bug in one rule must not take the answers of the others with it. */
  broken: {rule: string, error: string}[]
}

/** One round: a diagnosis from what is known, and what would have to be read to know more. */
export interface Step {
  diagnosis: Diagnosis
  asks: Ask[]
}
