import {faultOfClaim, faultOfClaims} from '../../claims.js'
import {defineRule} from '../../rule.js'

/** The event ProvisioningFailed says `storageclass.storage.k8s.io "x" not found` also where PersistentVolumes of that name of class are made by hand: then it is no-volume-fits. */
export default defineRule({
  id: 'storage-class-missing',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'The StorageClass of a claim does not exist',
  explain: `The claim names a StorageClass that is not in the cluster, so nobody makes a volume for it, and its pods get no node. Classes have other names in every cluster. The class of a
claim cannot be changed, but a claim that was never bound holds no data and can be made anew.`,

  check: patient => faultOfClaims(patient, 'storage-class-missing'),
  checkClaim: claim => faultOfClaim(claim, 'storage-class-missing'),
})
