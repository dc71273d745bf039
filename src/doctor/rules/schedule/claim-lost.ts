import {faultOfClaim, faultOfClaims} from '../../claims.js'
import {defineRule} from '../../rule.js'

/** `status.phase` of the claim becomes Lost; the scheduler says `bound to non-existent persistentvolume "pv"`. */
export default defineRule({
  id: 'claim-lost',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'A PersistentVolumeClaim has lost its PersistentVolume',
  explain: `The claim was bound to a PersistentVolume that does not exist any more: somebody has deleted it under the claim. The claim keeps the name of its volume for ever and is bound to
no other one. Whether the data still exists is decided by the storage behind the volume, not by Kubernetes.`,

  check: patient => faultOfClaims(patient, 'claim-lost'),
  checkClaim: claim => faultOfClaim(claim, 'claim-lost'),
})
