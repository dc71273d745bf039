import {refOf} from '../../cite.js'
import {listed, some} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {isWaiting} from '../../scheduling.js'
import {schedulerWords, theirWord} from '../../scheduling-words.js'
import {blockersOf, placesOf} from '../../node-filters.js'
import {troubleOf} from '../../taints.js'
import {isZoneless, placeWord, reachOf, refusalOf, tiePath} from '../../volume-nodes.js'

/**
 * Worked out from the volumes and the nodes, in the way of the filters VolumeBinding and VolumeZone. The scheduler says `had volume node affinity conflict`
 * (`didn't match PersistentVolume's node affinity` from 1.33 on) or `had no available volume zone`, and never which volume or node. A node that is full or barred for other reasons, where all others are
 * too, is not this fault.
 */
export default defineRule({
  id: 'volume-on-other-node',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'The volume of the pod can only be used on nodes that do not take the pod',
  explain: `A PersistentVolume can be tied to a node (local disks) or to a zone (disks of a cloud). Once a claim is bound to it, its pods can only run there. When that node is gone,
cordoned, tainted or full, or no node is left in the zone, the pods wait, however empty the other nodes are. What a volume is tied to cannot be changed.`,

  * check(patient) {
    const places = isWaiting(patient) && patient.condition('PodScheduled')?.status === 'False' ? placesOf(patient.cluster) ?? [] : []
    const reach = places.length > 0 ? reachOf(patient) ?? [] : []
    const common = places.filter(place => reach.every(({nodes}) => nodes.includes(place)))
    // Where no node takes the pod anyway, the volume is not what keeps it.
    const elsewhere = places.filter(place => !common.includes(place) && blockersOf(patient.pod, place).length === 0)
    if (reach.length === 0 || elsewhere.length === 0 || common.some(place => blockersOf(patient.pod, place).length === 0)) return
    const guilty = reach.filter(({nodes}) => nodes.length === 0)
    const tied = guilty.length > 0 ? guilty.slice(0, 1) : reach
    const evidence = [...schedulerWords(patient), ...tied.flatMap(({volumes}) => volumes.slice(0, 3).flatMap(volume => patient.citeIfPresent(volume, tiePath(volume) ?? 'metadata.name')))]
    const where = tied.map(({claim, volumes}) => `${volumes.length === 1 ? `PersistentVolume "${volumes[0]!.metadata?.name}"` : `each PersistentVolume (${some(volumes.map(({metadata}) => metadata?.name ?? ''), 3)})`} of claim "${claim.metadata?.name}" ${placeWord(volumes[0]!)}`)
    const culprit = refOf(tied[0]!.volumes[0]!)
    const begin = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
    if (common.length === 0) {
      const [{claim, volumes}] = tied as [typeof tied[number]]
      const node = /node "([^"]+)"$/.exec(placeWord(volumes[0]!))?.[1]
      yield {
        about: tied[0]!.volume,
        summary: guilty.length > 0 ? `${begin(where[0]!)}, ${node ? 'which does not exist' : 'and no node is there'}.` : `${begin(listed(where))}: no node is both, so ${theirWord(patient)} cannot run.`,
        evidence, culprit,
        fixes: guilty.length > 0 ? [{action: `${node ? `Bring node "${node}" back` : 'Add a node there'}, or give up the data: make claim "${claim.metadata?.name}" anew, with a volume elsewhere`}] : [],
      }
      return
    }
    const words = common.slice(0, 3).map(place => `node "${place.name}" ${refusalOf(patient, place)}`)
    const cures = common.flatMap(({name, node}) => (node.spec?.taints ?? []).flatMap(taint => troubleOf(taint)?.cure(name) ?? []))
    yield {
      about: tied[0]!.volume,
      summary: `${begin(listed(where))}, and ${common.every(place => isZoneless(tied[0]!.volumes[0]!, place)) ? 'no node is there; of those without a zone,' : 'of the nodes there'} none takes ${theirWord(patient)}: ${listed(words)}${common.length > 3 ? `, and ${common.length - 3} more do not either` : ''}.`,
      evidence: [...evidence, ...common.slice(0, 3).flatMap(({node}) => [...patient.citeIfPresent(node, 'spec.unschedulable'), ...patient.citeIfPresent(node, 'spec.taints')])],
      fixes: [...cures.slice(0, 2).map(action => ({action})), {action: `Add a node where the volume can be used, with room for ${theirWord(patient)}`}], culprit,
    }
  },
})
