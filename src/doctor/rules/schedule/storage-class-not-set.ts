import {faultOfClaim, faultOfClaims} from '../../claims.js'
import {defineRule} from '../../rule.js'

/** The event FailedBinding says `no persistent volumes available for this claim and no storage class is set`. */
export default defineRule({
  id: 'storage-class-not-set',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'A claim names no StorageClass, and there is no default one',
  explain: `The claim leaves its storageClassName out. Where a StorageClass is marked as the default, it is set; here none is, so nobody makes a volume, and no PersistentVolume
without a class is there for it. Once a default class exists, claims that wait get it by themselves.`,

  check: patient => faultOfClaims(patient, 'storage-class-not-set'),
  checkClaim: claim => faultOfClaim(claim, 'storage-class-not-set'),
})
