import {cite} from '../../cite.js'
import {claimsOf, usersOf} from '../../claims.js'
import {recreate} from '../../claim-holders.js'
import {listed} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {isWaiting} from '../../scheduling.js'
import {schedulerWords, theirWord} from '../../scheduling-words.js'

/**
 * The scheduler's filter VolumeRestrictions: `node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod`. It names neither the claim nor the pod.
 * ReadWriteOnce is something else: there all pods of one node may use the claim, and the attach fails on another (volume-attached-elsewhere).
 */
export default defineRule({
  id: 'claim-held-by-other-pod',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'A claim that only one pod may use is used by another one',
  explain: `A claim with access mode ReadWriteOncePod can be used by a single pod of the whole cluster, so a second pod gets no node as long as the first one is there. A Deployment that
replaces its pods one by one starts the new pod before the old one has gone, and so waits for itself: with strategy Recreate it stops the old one first.`,

  * check(patient) {
    for (const {volume, claim} of isWaiting(patient) ? claimsOf(patient) : []) {
      const mode = claim.spec?.accessModes?.indexOf('ReadWriteOncePod') ?? -1
      const holders = mode < 0 ? [] : usersOf(patient, claim) ?? []
      if (holders.length === 0) continue
      const names = holders.map(({metadata, spec}) => `"${metadata?.name}" on node "${spec?.nodeName}"`)
      yield {
        about: volume,
        summary: `PersistentVolumeClaim "${claim.metadata?.name}" is ReadWriteOncePod and in use by pod ${listed(names)}, so ${theirWord(patient)} cannot use it.`,
        evidence: [...schedulerWords(patient), cite(claim, `spec.accessModes[${mode}]`), ...holders.flatMap(holder => [cite(holder, 'spec.nodeName'),
          ...patient.citeIfPresent(holder, `spec.volumes[${holder.spec?.volumes?.findIndex(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName === claim.metadata?.name)}].persistentVolumeClaim.claimName`)])],
        fixes: recreate(patient, holders, `PersistentVolumeClaim "${claim.metadata?.name}"`), culprit: {kind: 'PersistentVolumeClaim', namespace: patient.namespace, name: claim.metadata?.name ?? ''},
      }
    }
  },
})
