import type {Kinds, PersistentVolumeClaim} from '../kube/types.js'
import type {Cluster} from './cluster.js'
import {byText} from './order.js'
import {selectorWord} from './pod-affinity.js'
import {parseQuantity} from './quantity.js'
import {listed} from './report/layout.js'
import {matches} from './selector.js'

export type Volume = Kinds['PersistentVolume']

/** Why a PersistentVolume cannot be bound to a claim: as the predicate of a sentence, and where it says so. */
export interface Misfit {
  words: string
  path: string
  kind: 'taken' | 'class' | 'modes' | 'kind' | 'size' | 'labels' | 'deleted'
}

/** The annotation is older than the field, and still stands over it (component-helpers/storage/volume, GetPersistentVolumeClaimClass). */
export const classOf = ({metadata, spec}: {metadata?: {annotations?: Record<string, string>}, spec?: {storageClassName?: string}}): string | undefined =>
  metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName

const sizeOf = (text: unknown): bigint => parseQuantity(String(text ?? '0'))?.value ?? 0n

export const wantedSize = ({spec}: PersistentVolumeClaim): string => String((spec?.resources?.requests as Record<string, unknown> | undefined)?.['storage'] ?? '0')

/** After findMatchingVolume and checkVolumeSatisfyClaim of the controller that binds volumes (pkg/controller/volume/persistentvolume), which tell only the first reason or none. */
export function misfitsOf(cluster: Cluster, volume: Volume, claim: PersistentVolumeClaim): Misfit[] {
  const {spec, metadata} = volume
  const all: Misfit[] = []
  const [own, wanted] = [classOf(volume) ?? '', classOf(claim) ?? '']
  if (metadata?.deletionTimestamp !== undefined) all.push({kind: 'deleted', words: 'is being deleted', path: 'metadata.deletionTimestamp'})
  const taken = takenBy(cluster, volume, claim)
  if (taken !== undefined) all.push({kind: 'taken', words: taken, path: 'spec.claimRef.name'})
  if (own !== wanted) all.push({kind: 'class', words: own === '' ? 'has no StorageClass' : `is of StorageClass "${own}"`, path: own === '' ? 'metadata.name' : 'spec.storageClassName'})
  const modes = (claim.spec?.accessModes ?? []).filter(mode => !spec?.accessModes?.includes(mode))
  if (modes.length > 0) all.push({kind: 'modes', words: `offers only ${listed(spec?.accessModes ?? [])}`, path: 'spec.accessModes'})
  if (modeOf(volume) !== modeOf(claim)) all.push({kind: 'kind', words: modeOf(volume) === 'Block' ? 'is a block device' : 'is a filesystem, no block device', path: 'spec.volumeMode'})
  const {storage} = (spec?.capacity ?? {}) as {storage?: unknown}
  if (sizeOf(storage) < sizeOf(wantedSize(claim))) all.push({kind: 'size', words: `holds only ${String(storage ?? 0)}`, path: 'spec.capacity.storage'})
  if (claim.spec?.selector && !matches(claim.spec.selector, metadata?.labels)) all.push({kind: 'labels', words: labelWords(claim, metadata?.labels), path: metadata?.labels ? 'metadata.labels' : 'metadata.name'})
  return all
}

/** What the claim selects, and what the volume has of the same keys. */
function labelWords({spec}: PersistentVolumeClaim, labels: Record<string, string> = {}): string {
  const own = Object.keys(spec?.selector?.matchLabels ?? {}).flatMap(key => labels[key] === undefined ? [] : [`${key}=${labels[key]}`])
  return `${own.length > 0 ? `has ${listed(own)}` : 'does not have the labels'}, and the claim selects ${selectorWord(spec?.selector)}`.replace('labels, and the claim selects', 'labels that the claim selects,')
}

const modeOf = ({spec}: {spec?: {volumeMode?: string}}): string => spec?.volumeMode ?? 'Filesystem'

/** Whom the volume is kept for, as the predicate of a sentence; undefined where it is free for the claim. */
function takenBy(cluster: Cluster, {spec, status}: Volume, {metadata}: PersistentVolumeClaim): string | undefined {
  const {name, namespace, uid} = spec?.claimRef ?? {}
  if (name === undefined) return undefined
  const same = name === metadata?.name && (namespace ?? 'default') === (metadata?.namespace ?? 'default')
  if (same && (uid === undefined || uid === metadata?.uid)) return undefined
  const holder = cluster.find('PersistentVolumeClaim', name, namespace ?? 'default')
  const word = namespace === metadata?.namespace ? `PersistentVolumeClaim "${name}"` : `PersistentVolumeClaim "${name}" of namespace ${namespace}`
  if (same) return `is ${status?.phase ?? 'kept'}: it is still reserved for an earlier claim of the same name, which was deleted`
  if (holder && (uid === undefined || holder.metadata?.uid === uid)) return status?.phase === 'Bound' ? `is bound to ${word}` : `is reserved for ${word}`
  const gone = holder === null || status?.phase === 'Released' ? ', which was deleted' : ''
  return `is ${status?.phase ?? 'kept'}: it is still reserved for ${word}${gone}`
}

/** The volumes with what speaks against them, those that fit best first. */
export const ranked = (cluster: Cluster, volumes: Volume[], claim: PersistentVolumeClaim): {volume: Volume, misfits: Misfit[]}[] =>
  volumes.map(volume => ({volume, misfits: misfitsOf(cluster, volume, claim)}))
    .toSorted((a, b) => a.misfits.length - b.misfits.length || byText(a.volume.metadata?.name ?? '', b.volume.metadata?.name ?? ''))
