import {faultOfClaim, faultOfClaims} from '../../claims.js'
import {defineRule} from '../../rule.js'

/** Events of the claim: ProvisioningFailed of the provisioner, or ExternalProvisioning, a normal one, while nobody acts. */
export default defineRule({
  id: 'volume-not-provisioned',
  phase: 'schedule',
  severity: 'error',
  heals: 'by itself',
  refines: 'unschedulable',
  title: 'The provisioner of a StorageClass makes no volume for a claim',
  explain: `The claim's StorageClass names a provisioner, which has to make a volume for it. It has tried and failed (its words are those of the storage behind it), or it does not run in
the cluster at all. It tries again by itself.`,

  check: patient => faultOfClaims(patient, 'volume-not-provisioned'),
  checkClaim: claim => faultOfClaim(claim, 'volume-not-provisioned'),
})
