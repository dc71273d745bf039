import {faultOfClaim, faultOfClaims} from '../../claims.js'
import {defineRule} from '../../rule.js'

/** The scheduler says `persistentvolumeclaim "x" is being deleted`, but the claim's own deletionTimestamp says it, too, and who still uses it. */
export default defineRule({
  id: 'claim-being-deleted',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'A PersistentVolumeClaim that the pod uses is being deleted',
  explain: `Somebody has deleted the claim while pods still used it. Finalizer kubernetes.io/pvc-protection keeps it until the last of them has ended; until then it
stands as Terminating, and the scheduler gives no node to a pod that wants it. A deletion cannot be taken back. Whether the data goes with the claim is decided by the reclaim policy of its
PersistentVolume: Delete removes the storage, Retain keeps it.`,

  check: patient => faultOfClaims(patient, 'claim-being-deleted'),
  checkClaim: claim => faultOfClaim(claim, 'claim-being-deleted'),
})
