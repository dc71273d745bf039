import type {Ask, Log, Read, Snapshot} from '../doctor/types.js'
import type {KubeObject} from './types.js'

/** What came back for a round of asks. `reads` begins with one entry for each ask, in the order of the asks. */
export interface Answers {
  objects: KubeObject[]
  logs: Log[]
  reads: Read[]
}

/**
 * Answers asks: a cluster, a dump or a file. It never throws for a single refused or absent thing (that is an outcome);
 * it throws a ClusterError when nothing can be had at all (no connection, not logged in).
 */
export interface Source {
  read(asks: Ask[]): Promise<Answers>
  /** Replaces the Secret values that this source knows by now, also in what it gave before it knew them. */
  scrub?(snapshot: Snapshot): Snapshot
  /** `gitVersion` of the API server; `undefined` where nobody says. */
  version?(): Promise<string | undefined>
}
