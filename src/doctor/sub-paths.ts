import {editTemplate, type Change} from './fix.js'
import {nearMisses, STRONG} from './near-miss.js'
import type {ContainerView, Patient} from './patient.js'
import {keysOf} from './references.js'
import type {Evidence} from './types.js'

export interface Mount {
  name: string
  mountPath: string
  subPath?: string
  subPathExpr?: string
  /** `spec.containers[0].volumeMounts[2]`. */
  path: string
  /** The same for {@link editTemplate}. Mounts have the name of their volume, which may be mounted twice, so they are found by position. */
  editPath: string
}

export const mountsOf = ({spec, specPath, editPath}: ContainerView): Mount[] =>
  (spec.volumeMounts ?? []).map((mount, i) => ({...mount, path: `${specPath}.volumeMounts[${i}]`, editPath: `${editPath}.volumeMounts[${i}]`}))

/** What stands behind a mount that shows one file of a ConfigMap or Secret. */
export interface Keyed {
  /** `ConfigMap "app"`. */
  word: string
  /** The names of the files that the volume has; undefined where nobody could look. */
  files: string[] | undefined
  evidence: Evidence[]
}

/** The ConfigMap or Secret of the mount's volume, and its files: the keys, or the paths that `items` gives them. */
export function keyedVolume(patient: Patient, {name}: Mount): Keyed | undefined {
  const {configMap, secret} = patient.pod.spec?.volumes?.find(volume => volume.name === name) ?? {}
  const [kind, object] = configMap ? ['ConfigMap' as const, configMap.name] : ['Secret' as const, secret?.secretName]
  if (object === undefined) return undefined
  const found = patient.find(kind, object)
  const items = (configMap ?? secret)?.items
  return {word: `${kind} "${object}"`, files: items ? items.map(({path}) => path) : found ? keysOf(found) : undefined, evidence: found ? patient.citeKeys(found) : []}
}

/** The file that a subPath names and that the volume does not have: what was meant, and how to name it. */
export function meantFile(patient: Patient, mount: Mount, files: string[]): {file: string, change: Change | undefined} | undefined {
  const [near] = nearMisses(mount.subPath ?? '', files)
  return near && near.score >= STRONG ? {file: near.name, change: editTemplate(patient, [{path: `${mount.editPath}.subPath`, to: near.name}])} : undefined
}
