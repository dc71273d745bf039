import {readFileSync, writeFileSync} from 'node:fs'
import {parse, stringify} from 'yaml'
import type {Snapshot} from '../../src/doctor/types.js'

/** Reads a case. What a hand-written one may leave out is filled in. */
export function readSnapshot(file: string): Snapshot {
  const snapshot = parse(readFileSync(file, 'utf8')) as Partial<Snapshot>
  return {apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: '', targets: [], objects: [], logs: [], reads: [], ...snapshot}
}

export const writeSnapshot = (file: string, snapshot: Snapshot): void =>
  writeFileSync(file, stringify(snapshot, {lineWidth: 0, aliasDuplicateObjects: false}))
