import type {PersistentVolumeClaim} from '../kube/types.js'
import {cite} from './cite.js'
import {claimCulprit, claimWord, remake, type ClaimSymptom} from './claim-words.js'
import {nearMisses, STRONG} from './near-miss.js'
import {listed, some} from './report/layout.js'
import type {Subject} from './subject.js'
import type {Evidence, Fix} from './types.js'
import {classOf, misfitsOf, ranked, wantedSize, type Misfit, type Volume} from './volume-fit.js'

const nameOf = ({metadata}: Volume): string => metadata?.name ?? ''

/** A claim that was bound once and has no volume any more. */
export function lostFault(subject: Subject, claim: PersistentVolumeClaim): ClaimSymptom | undefined {
  const name = claim.spec?.volumeName
  const volume = name === undefined ? undefined : subject.find('PersistentVolume', name)
  if (claim.status?.phase !== 'Lost' && volume !== null) return undefined
  const other = volume?.spec?.claimRef
  const why = name === undefined ? 'is Lost' : volume === null ? `is bound to PersistentVolume "${name}", which does not exist any more`
    : other !== undefined ? `is bound to PersistentVolume "${name}", which is bound to claim ${other.namespace}/${other.name} by now` : `has lost PersistentVolume "${name}"`
  const fixes: Fix[] = name === undefined || volume ? [] : [
    {action: `Create PersistentVolume "${name}" again for the same storage, if that still exists: ${claimWord(claim)} is bound to it then by itself`},
    {action: `Make ${claimWord(claim)} anew, and bring the data back from a backup`},
  ]
  return {
    fault: 'claim-lost', summary: `${claimWord(claim)} ${why}${volume === null ? ': it was deleted under the claim' : ''}.`,
    evidence: [cite(claim, 'status.phase'), ...subject.citeIfPresent(claim, 'spec.volumeName'), ...(volume === null ? [subject.citeAbsence('PersistentVolume', name!)] : [])],
    fixes, culprit: claimCulprit(claim),
  }
}

/** The claim names the volume that it wants, and cannot have it. */
export function namedVolumeFault(subject: Subject, claim: PersistentVolumeClaim, name: string): ClaimSymptom | undefined {
  const volume = subject.find('PersistentVolume', name)
  if (volume === undefined) return undefined
  const culprit = claimCulprit(claim)
  if (volume === null) {
    const names = subject.list('PersistentVolume', {})?.filter(other => misfitsOf(subject.cluster, other, claim).length === 0).map(nameOf)
    const [near] = nearMisses(name, names ?? [])
    const best = near && near.score >= STRONG ? near.name : names?.length === 1 ? names[0] : undefined
    return {
      fault: 'no-volume-fits', summary: `PersistentVolume "${name}", which ${claimWord(claim)} names, does not exist${best === undefined ? '' : `; "${best}" does, and fits`}.`,
      evidence: [cite(claim, 'spec.volumeName'), subject.citeAbsence('PersistentVolume', name)],
      fixes: [...(best === undefined ? [] : [{action: remake(subject, claim, `volumeName ${best}`)}]), {action: `Create PersistentVolume "${name}": the claim is bound then by itself`}], culprit,
    }
  }
  const misfits = misfitsOf(subject.cluster, volume, claim)
  if (misfits.length === 0) return undefined
  return {
    fault: 'no-volume-fits', summary: `PersistentVolume "${name}", which ${claimWord(claim)} names, ${listed(misfits.map(({words}) => words))}${wishes(claim, misfits)}.`,
    evidence: [cite(claim, 'spec.volumeName'), ...citesOf(subject, claim, volume, misfits)], fixes: fixesOf(subject, claim, volume, misfits), culprit,
  }
}

/** Volumes are made by hand for the claim, and none is right. */
export function noVolumeFault(subject: Subject, claim: PersistentVolumeClaim): ClaimSymptom | undefined {
  const volumes = subject.list('PersistentVolume', {})
  if (!volumes) return undefined
  const all = ranked(subject.cluster, volumes, claim)
  if (all.some(({misfits}) => misfits.length === 0)) return undefined
  const name = classOf(claim)
  const own = all.filter(({misfits}) => !misfits.some(({kind}) => kind === 'class'))
  // A volume that is right but for its class: one of the two names was meant to be the other.
  const near = own.length > 0 || name === undefined ? [] : all.filter(({misfits}) => misfits.length === 1)
  const storageClass = name ? subject.find('StorageClass', name) : null
  const shown = [...own, ...near].slice(0, 3)
  if (shown.length === 0 && (name === undefined || (name !== '' && storageClass === null))) return undefined
  if (own.length === 0 && (storageClass === null && name !== '')) return undefined
  const [best] = shown
  const asks = `${claimWord(claim)} (${[wantedSize(claim), ...claim.spec?.accessModes ?? [], ...(claim.spec?.volumeMode === 'Block' ? ['Block'] : [])].join(', ')}, ${
    name === undefined || name === '' ? 'no StorageClass' : `StorageClass "${name}"`})`
  const why = shown.length === 0 ? `: there is none ${name ? 'of this class' : 'without a class'}, and ${name ? `provisioner ${storageClass?.provisioner ?? ''} makes none` : 'without a class none is made'}`
    : `: ${shown.map(({volume, misfits}) => `"${nameOf(volume)}" ${listed(misfits.map(({words}) => words))}`).join('; ')}${own.length > 3 ? `; ${own.length - 3} more do not either` : ''}`
  return {
    fault: 'no-volume-fits', summary: `No PersistentVolume fits ${asks}${why}.`,
    evidence: [...subject.citeIfPresent(claim, 'status.phase'), ...(best ? citesOf(subject, claim, best.volume, best.misfits) : [...subject.citeIfPresent(claim, 'spec.storageClassName'), ...(storageClass ? [cite(storageClass, 'provisioner')] : [])])],
    fixes: [...(best ? fixesOf(subject, claim, best.volume, best.misfits) : []), {action: `Create a PersistentVolume of ${wantedSize(claim)} with ${listed(claim.spec?.accessModes ?? [])}${name ? ` and storageClassName ${name}` : ' and without a storageClassName'}`}],
    culprit: claimCulprit(claim),
  }
}

/** What the claim wants instead, as the end of a sentence. */
function wishes(claim: PersistentVolumeClaim, misfits: Misfit[]): string {
  const wants = misfits.flatMap(({kind}) => kind === 'size' ? [wantedSize(claim)] : kind === 'modes' ? [listed(claim.spec?.accessModes ?? [])]
    : kind === 'class' ? [classOf(claim) ? `StorageClass "${classOf(claim)}"` : 'no StorageClass'] : kind === 'kind' ? [`volumeMode ${claim.spec?.volumeMode ?? 'Filesystem'}`] : [])
  return wants.length === 0 ? '' : `; the claim asks for ${listed(wants)}`
}

const FIELDS: Partial<Record<Misfit['kind'], string>> = {size: 'spec.resources.requests.storage', modes: 'spec.accessModes', class: 'spec.storageClassName', kind: 'spec.volumeMode', labels: 'spec.selector'}

const citesOf = (subject: Subject, claim: PersistentVolumeClaim, volume: Volume, misfits: Misfit[]): Evidence[] =>
  misfits.flatMap(({kind, path}) => [...subject.citeIfPresent(volume, path), ...(FIELDS[kind] === undefined ? [] : subject.citeIfPresent(claim, FIELDS[kind]))])

function fixesOf(subject: Subject, claim: PersistentVolumeClaim, volume: Volume, misfits: Misfit[]): Fix[] {
  const kinds = new Set(misfits.map(({kind}) => kind))
  const {claimRef, capacity, accessModes} = volume.spec ?? {}
  if (kinds.has('taken')) {
    if (kinds.size > 1 || volume.status?.phase !== 'Released') return []
    const operations = [...(claimRef?.uid === undefined ? [] : [{op: 'test', path: '/spec/claimRef/uid', value: claimRef.uid}]), {op: 'remove', path: '/spec/claimRef'}]
    return [{
      action: `Free PersistentVolume "${nameOf(volume)}" for ${claimWord(claim)}, if the data that the earlier claim left on it may be used: take away its claimRef`, effect: 'changes-spec',
      commands: [['kubectl', 'patch', `persistentvolume/${nameOf(volume)}`, '--type=json', '-p', JSON.stringify(operations)]],
    }]
  }
  const wants = [...(kinds.has('size') ? [`at most ${String((capacity as {storage?: unknown} | undefined)?.storage ?? 0)}`] : []), ...(kinds.has('modes') ? [`accessModes ${some(accessModes ?? [], 4)}`] : []),
    ...(kinds.has('class') ? [classOf(volume) ? `storageClassName ${classOf(volume)}` : 'storageClassName ""'] : []), ...(kinds.has('kind') ? [`volumeMode ${volume.spec?.volumeMode ?? 'Filesystem'}`] : [])]
  return wants.length === 0 ? [] : [{action: remake(subject, claim, `${listed(wants)}, which PersistentVolume "${nameOf(volume)}" has`)}]
}
