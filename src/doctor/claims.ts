import type {Event, KubeObject, PersistentVolumeClaim, Pod} from '../kube/types.js'
import {cite, refOf} from './cite.js'
import {claimCulprit, claimWord, remake, type ClaimFault, type ClaimSymptom} from './claim-words.js'
import {lostFault, namedVolumeFault, noVolumeFault} from './claim-volumes.js'
import {nearMisses, STRONG} from './near-miss.js'
import type {Patient} from './patient.js'
import {absenceOf, isByHand, isDue, provisionerOf, provisioningWords} from './provisioner.js'
import {listed, some} from './report/layout.js'
import {isWaiting} from './scheduling.js'
import {schedulerWords} from './scheduling-words.js'
import type {Subject} from './subject.js'
import {age} from './triage.js'
import type {Fix, Symptom} from './types.js'
import {classOf, misfitsOf} from './volume-fit.js'

/** The claims of the pod that exist, in the order of its volumes. A generic ephemeral volume has a claim of the pod's and its own name. */
export function claimsOf(patient: Patient): {volume: string, index: number, claim: PersistentVolumeClaim}[] {
  return (patient.pod.spec?.volumes ?? []).flatMap(({name: volume, persistentVolumeClaim, ephemeral}, index) => {
    const name = persistentVolumeClaim?.claimName ?? (ephemeral ? `${patient.ref.name}-${volume}` : undefined)
    const claim = name === undefined ? undefined : patient.find('PersistentVolumeClaim', name)
    return claim ? [{volume, index, claim}] : []
  })
}

/** The fault of one kind that keeps claims of a pod, which waits for a node, from being used. */
export function* faultOfClaims(patient: Patient, fault: ClaimFault): Iterable<Symptom> {
  for (const {volume, claim} of isWaiting(patient) ? claimsOf(patient) : []) {
    const found = isScheduledFirst(patient, claim, patient.pod) ? undefined : faultOf(patient, claim)
    if (found?.fault === fault) yield {...found, about: volume, evidence: [...schedulerWords(patient), ...found.evidence]}
  }
}

/** The same for a claim that was asked about. */
export function* faultOfClaim(subject: Subject<PersistentVolumeClaim>, fault: ClaimFault): Iterable<Symptom> {
  const waiting = subject.list('Pod')?.find(pod => !pod.spec?.nodeName && pod.spec?.volumes?.some(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName === subject.ref.name))
  const found = waiting && isScheduledFirst(subject, subject.object, waiting) ? undefined : faultOf(subject, subject.object)
  if (found?.fault === fault) yield found
}

/** Of the scheduler's filters, those that look at volumes (volumebinding/binder.go, 1.19 to 1.36). */
const VOLUMES = /persistent volumes to bind|volume node affinity conflict|PersistentVolume's node affinity|VolumeBinding/

/** The claim is bound once a node is chosen, and none is for a reason that has nothing to do with it: no claim of that kind is looked at before. */
export function isScheduledFirst(subject: Subject, claim: PersistentVolumeClaim, {status}: Pod): boolean {
  const name = classOf(claim)
  const storageClass = name && claim.metadata?.deletionTimestamp === undefined && claim.status?.phase === 'Pending' ? subject.find('StorageClass', name) : undefined
  const message = status?.conditions?.find(({type}) => type === 'PodScheduled')?.message
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !claim.spec?.volumeName && !isDue(claim, storageClass) && message !== undefined && !VOLUMES.test(message)
}

/** Events about the claim, newest first, that do not only say that it waits. */
const eventsOf = ({cluster}: Subject, claim: KubeObject, ...reasons: string[]): Event[] =>
  cluster.events(refOf(claim)).filter(({reason = ''}) => reasons.length === 0 || reasons.includes(reason))

function faultOf(subject: Subject, claim: PersistentVolumeClaim): ClaimSymptom | undefined {
  const {metadata, spec, status} = claim
  if (metadata?.deletionTimestamp !== undefined) return deletion(subject, claim, metadata.deletionTimestamp)
  if (status?.phase === 'Lost' || status?.phase === 'Bound') return lostFault(subject, claim)
  if (spec?.volumeName) return namedVolumeFault(subject, claim, spec.volumeName) ?? unbound(subject, claim)
  const name = classOf(claim)
  if (name === undefined) return noVolumeFault(subject, claim) ?? classNotSet(subject, claim) ?? unbound(subject, claim)
  const storageClass = name === '' ? null : subject.find('StorageClass', name)
  if (name === '' || storageClass === null) return noVolumeFault(subject, claim) ?? (name === '' ? undefined : classMissing(subject, claim, name)) ?? unbound(subject, claim)
  if (storageClass && isByHand(storageClass)) return noVolumeFault(subject, claim)
  return notProvisioned(subject, claim, name) ?? (storageClass && !isDue(claim, storageClass) ? undefined : unbound(subject, claim))
}

function deletion(subject: Subject, claim: PersistentVolumeClaim, since: string): ClaimSymptom {
  const users = usersOf(subject, claim)
  const names = users?.map(({metadata}) => `"${metadata?.name}"`) ?? []
  const others = (claim.metadata?.finalizers ?? []).filter(finalizer => finalizer !== 'kubernetes.io/pvc-protection')
  const kept = names.length > 0 ? `; it stays only as long as pod${names.length > 1 ? 's' : ''} ${some(names, 3)} use${names.length > 1 ? '' : 's'} it` : others.length > 0 ? `; finalizer ${listed(others)} keeps it` : ''
  const volume = claim.spec?.volumeName ? subject.find('PersistentVolume', claim.spec.volumeName) : undefined
  const fixes: Fix[] = [{action: `Create ${claimWord(claim)} again once ${names.length > 0 ? `pod${names.length > 1 ? 's' : ''} ${some(names, 3)} ${names.length > 1 ? 'have' : 'has'} ended and ` : ''}it is gone: a deletion cannot be taken back`}]
  if (volume?.spec?.persistentVolumeReclaimPolicy === 'Delete') {
    const path = '/spec/persistentVolumeReclaimPolicy'
    fixes.unshift({
      action: `Keep the data: PersistentVolume "${volume.metadata?.name}" is deleted with its claim, unless its reclaim policy becomes Retain`, effect: 'changes-spec',
      commands: [['kubectl', 'patch', `persistentvolume/${volume.metadata?.name}`, '--type=json', '-p', JSON.stringify([{op: 'test', path, value: 'Delete'}, {op: 'replace', path, value: 'Retain'}])]],
    })
  }
  return {
    fault: 'claim-being-deleted', summary: `${claimWord(claim)} is being deleted since ${since}, so that no new pod can use it${kept}.`,
    evidence: [cite(claim, 'metadata.deletionTimestamp'), ...subject.citeIfPresent(claim, 'metadata.finalizers'), ...(users ?? []).slice(0, 3).map(pod => cite(pod, 'spec.nodeName'))],
    fixes, culprit: claimCulprit(claim),
  }
}

/** Pods that hold the claim: those on a node that have not ended (pkg/controller/volume/pvcprotection). */
export const usersOf = (subject: Subject, claim: KubeObject): Pod[] | undefined => subject.list('Pod', {namespace: claim.metadata?.namespace ?? 'default'})?.filter(({spec, status}) =>
  spec?.nodeName && status?.phase !== 'Succeeded' && status?.phase !== 'Failed' && spec.volumes?.some(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName === claim.metadata?.name))

/** What StorageClasses there are, as the end of a sentence; undefined where nobody could look. */
function classesOf(subject: Subject): {names: string[], words: string} | undefined {
  const names = subject.list('StorageClass', {})?.map(({metadata}) => metadata?.name ?? '').toSorted()
  return names && {names, words: names.length === 0 ? 'the cluster has no StorageClass' : `the cluster has ${some(names.map(name => `"${name}"`), 5)}`}
}

function classMissing(subject: Subject, claim: PersistentVolumeClaim, name: string): ClaimSymptom | undefined {
  const classes = classesOf(subject)
  const volumes = subject.list('PersistentVolume', {})
  if (volumes?.some(volume => misfitsOf(subject.cluster, volume, claim).length === 0)) return undefined
  const known = [...new Set([...classes?.names ?? [], ...(volumes ?? []).map(volume => classOf(volume) ?? '')])].filter(Boolean)
  const [near, ...others] = nearMisses(name, known)
  const best = near && near.score >= STRONG ? near.name : undefined
  const words = best !== undefined ? `; "${best}" ${classes?.names.includes(best) ? 'does' : 'is what PersistentVolumes name'}` : near ? `; the nearest names are ${listed([near, ...others].slice(0, 3).map(other => `"${other.name}"`))}`.replace(/names are (\S+)$/, 'name is $1') : classes ? `; ${classes.words}` : ''
  return {
    fault: 'storage-class-missing', summary: `StorageClass "${name}", which ${claimWord(claim)} asks for, does not exist${words}.`,
    evidence: [...subject.citeIfPresent(claim, 'spec.storageClassName'), subject.citeAbsence('StorageClass', name), ...eventsOf(subject, claim, 'ProvisioningFailed').slice(0, 1).map(event => cite(event, 'message'))],
    fixes: [...(best === undefined ? [] : [{action: remake(subject, claim, `storageClassName ${best}`)}]), {action: `Create StorageClass "${name}": the claim is bound then by itself`}],
    // Volumes made by hand may bear the name of a class that does not exist.
    culprit: {kind: 'StorageClass', name}, ...(!volumes && {likely: true as const}),
  }
}

const DEFAULT = 'storageclass.kubernetes.io/is-default-class'

function classNotSet(subject: Subject, claim: PersistentVolumeClaim): ClaimSymptom | undefined {
  const classes = classesOf(subject)
  // With a default class the controller sets it by itself, also later (since 1.26).
  if (!classes || subject.list('StorageClass', {})!.some(({metadata}) => metadata?.annotations?.[DEFAULT] === 'true')) return undefined
  const [only] = classes.names
  const fixes: Fix[] = classes.names.length === 1 ? [{
    action: `Make StorageClass "${only}" the default one, if volumes of claims that name none may be made by it`,
    commands: [['kubectl', 'annotate', `storageclass/${only}`, `${DEFAULT}=true`]], effect: 'changes-spec',
  }] : classes.names.length > 1 ? [{action: `Make one of ${some(classes.names, 5)} the default StorageClass, by annotation ${DEFAULT}=true`}] : []
  return {
    fault: 'storage-class-not-set', summary: `${claimWord(claim)} names no StorageClass, none is the default one (${classes.words}), and no PersistentVolume is there for it.`,
    evidence: [cite(claim, 'spec.resources'), ...subject.citeIfPresent(claim, 'status.phase'), ...eventsOf(subject, claim, 'FailedBinding').slice(0, 1).map(event => cite(event, 'message'))],
    fixes: [...fixes, ...(classes.names.length > 0 ? [{action: remake(subject, claim, `storageClassName ${listed(classes.names.slice(0, 5), 'or')}`)}]
      : [{action: `Create a PersistentVolume for ${claimWord(claim)}, or a StorageClass whose provisioner makes one`}])],
    culprit: {kind: 'StorageClass', name: 'default'},
  }
}

function notProvisioned(subject: Subject, claim: PersistentVolumeClaim, name: string): ClaimSymptom | undefined {
  const storageClass = subject.find('StorageClass', name)
  const [failed] = eventsOf(subject, claim, 'ProvisioningFailed').filter(({message = ''}) => !/^storageclass\.storage\.k8s\.io "[^"]*" not found$/.test(message) && message !== '')
  if (!storageClass) return undefined
  const provisioner = provisionerOf(claim, storageClass)
  const culprit = {kind: 'StorageClass', name, part: provisioner}
  const evidence = [...subject.citeIfPresent(claim, 'spec.storageClassName'), cite(storageClass, 'provisioner')]
  if (failed) {
    const words = provisioningWords(failed.message ?? '')
    const fixes = /mount options/i.test(words) ? [{action: `Make StorageClass "${name}" anew without mountOptions, which cannot be changed`}] : []
    return {fault: 'volume-not-provisioned', summary: `Provisioner "${provisioner}" of StorageClass "${name}" cannot make the volume of ${claimWord(claim)}: ${words}.`,
      evidence: [cite(failed, 'message'), ...evidence, ...subject.citeIfPresent(storageClass, 'mountOptions')], fixes, culprit}
  }
  const absence = isDue(claim, storageClass) ? absenceOf(subject, provisioner) : undefined
  return absence === undefined ? undefined : {
    fault: 'volume-not-provisioned', summary: `Nobody makes the volume of ${claimWord(claim)}: provisioner "${provisioner}" of StorageClass "${name}" ${absence}.`,
    evidence: [...evidence, ...eventsOf(subject, claim, 'ExternalProvisioning').slice(0, 1).map(event => cite(event, 'message'))],
    fixes: [{action: `Install or repair provisioner "${provisioner}": it makes the volume by itself then`}], culprit, likely: true,
  }
}

/** What is known where nothing better is: since when the claim waits, and what was said about it last. */
function unbound(subject: Subject, claim: PersistentVolumeClaim): ClaimSymptom {
  const [event] = eventsOf(subject, claim).filter(({reason}) => reason !== 'WaitForFirstConsumer' && reason !== 'WaitForPodScheduled')
  const [name, since] = [classOf(claim), claim.metadata?.creationTimestamp]
  const storageClass = event?.reason === 'ExternalProvisioning' && name ? subject.find('StorageClass', name) : undefined
  // The event has three lines for what is known without it.
  const words = storageClass ? `provisioner "${provisionerOf(claim, storageClass)}" has not made it yet` : provisioningWords(event?.message ?? '')
  return {
    fault: 'claim-unbound',
    summary: `${claimWord(claim)} waits for its volume${since === undefined ? '' : ` for ${age(since, subject.cluster.now)}`}${name ? ` (StorageClass "${name}")` : ''}${words ? `: ${words}` : ''}.`,
    evidence: [...subject.citeIfPresent(claim, 'status.phase'), ...subject.citeIfPresent(claim, 'spec.storageClassName'), ...(event && words ? [cite(event, 'message')] : []), ...subject.citeIfPresent(claim, 'metadata.creationTimestamp')].slice(0, 4),
    fixes: [], culprit: claimCulprit(claim), likely: true,
  }
}
