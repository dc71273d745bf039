import type {KubeObject, PersistentVolumeClaim} from '../kube/types.js'
import {refOf} from './cite.js'
import type {Subject} from './subject.js'
import type {Culprit, Symptom} from './types.js'

/** What keeps a claim from being used: the id of the rule that says it. */
export type ClaimFault = 'claim-being-deleted' | 'claim-lost' | 'no-volume-fits' | 'storage-class-missing' | 'storage-class-not-set' | 'volume-not-provisioned' | 'claim-unbound'
export interface ClaimSymptom extends Symptom {
  fault: ClaimFault
}

export const claimCulprit = (claim: KubeObject): Culprit => refOf(claim)
export const claimWord = (claim: KubeObject): string => `PersistentVolumeClaim "${claim.metadata?.name}"`

/** A claim's name in a StatefulSet: TEMPLATE-STATEFULSET-ORDINAL. */
const ORDINAL = /^(.+)-\d+$/

/** How a person changes a claim that was never bound: neither it nor a StatefulSet's template of it can be edited, but there is no data to lose. */
export function remake(subject: Subject, claim: PersistentVolumeClaim, how: string): string {
  const [, stem = ''] = ORDINAL.exec(claim.metadata?.name ?? '') ?? []
  const owner = stem === '' ? undefined : subject.list('StatefulSet')?.find(({metadata, spec}) => spec?.volumeClaimTemplates?.some(template => `${template.metadata?.name}-${metadata?.name}` === stem))
  return owner ? `Make statefulset/${owner.metadata?.name} anew with ${how} in its volumeClaimTemplates, and ${claimWord(claim)} with it: neither can be changed, and the claim holds no data yet`
    : `Make ${claimWord(claim)} anew with ${how}: it cannot be changed, and holds no data yet`
}
