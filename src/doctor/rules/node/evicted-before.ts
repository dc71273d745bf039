import {evictedAgain, isUnproven, siblingsOf} from '../../eviction.js'
import {Patient} from '../../patient.js'
import {defineWellPodRule} from '../../rule.js'
import {storageExceeded} from '../../storage-exceeded.js'
import {age} from '../../triage.js'

/** One eviction is past once its successor lives longer; a second one within minutes is no longer past, and the evicted pods themselves are examined (`local-storage-exceeded`). */
export default defineWellPodRule({
  id: 'evicted-before',
  judges: 'well pod',
  scans: true,
  phase: 'node',
  severity: 'warning',
  heals: 'never',
  title: 'The pod before this one was just evicted for its own disk limit',
  explain: `The pod runs, and is younger than the pod that it stands in for was when that one was evicted for writing more to its node's disk
than it may. Both are made of the same template, so as long as the program writes as much, this one will be evicted after the same time.`,

  * check(patient) {
    const {cluster, pod, owner} = patient
    const siblings = siblingsOf(cluster, pod)
    const corpse = siblings.find(sibling => isUnproven(sibling, [pod], cluster.now) && !evictedAgain(sibling, siblings, cluster.now))
    const symptom = corpse && storageExceeded(new Patient(cluster, corpse))
    if (!corpse || !symptom) return
    yield {
      ...symptom,
      summary: `${symptom.summary.replace(/ evicted the pod.*$/, ` evicted pod "${corpse.metadata?.name}"`)}; its successor is the same and only ${age(pod.status?.startTime ?? pod.metadata?.creationTimestamp, cluster.now)} old.`,
      culprit: {...owner.ref, part: symptom.culprit.part ?? ''},
    }
  },
})
