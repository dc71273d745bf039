import {faultOfClaim, faultOfClaims} from '../../claims.js'
import {defineRule} from '../../rule.js'

/** Also claims that name a volume with `volumeName`: the controller then says VolumeMismatch with the first reason, or that the volume is already bound to a different claim. */
export default defineRule({
  id: 'no-volume-fits',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'No PersistentVolume fits the claim',
  explain: `A claim whose volumes are made by hand is bound to a PersistentVolume that is free, has the same StorageClass, at least the size, all access modes, the volume
mode and the labels that the claim asks for. None has all of that. Kubernetes says at most that it waits, so every volume is compared with the claim here. A claim that was never bound holds no data and can be made anew.`,

  check: patient => faultOfClaims(patient, 'no-volume-fits'),
  checkClaim: claim => faultOfClaim(claim, 'no-volume-fits'),
})
