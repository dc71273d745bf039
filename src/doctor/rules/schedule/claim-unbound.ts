import {faultOfClaim, faultOfClaims} from '../../claims.js'
import {defineRule} from '../../rule.js'

/** The net for claims: pending, and none of the narrower reasons is proved. A claim that waits for its pod to get a node is no fault. */
export default defineRule({
  id: 'claim-unbound',
  phase: 'schedule',
  severity: 'error',
  heals: 'by itself',
  refines: 'unschedulable',
  title: 'A PersistentVolumeClaim that the pod uses is not bound to a volume',
  explain: `Where the data lies decides on which node the pod can run, so a pod whose claim has no volume yet gets no node. The events of the claim say
what was tried last, for an hour; the claim is bound by itself as soon as its provisioner, or a person, has made the volume.`,

  check: patient => faultOfClaims(patient, 'claim-unbound'),
  checkClaim: claim => faultOfClaim(claim, 'claim-unbound'),
})
