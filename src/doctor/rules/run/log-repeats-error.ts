import {addressesOf, addressIn} from '../../address.js'
import {attemptOf, obstacleTo, type Obstacle} from '../../destination.js'
import type {ContainerView, Patient} from '../../patient.js'
import {repeatedIn, type Repeated} from '../../repeated-complaint.js'
import {defineWellPodRule} from '../../rule.js'

/** What stands between the pod and whom it cannot reach. The address may be one of the log, or the only one of its environment that is really wrong. */
function obstacleOf(patient: Patient, container: ContainerView, {raw, failure}: Repeated): Obstacle | undefined {
  if (!failure) return undefined
  const named = addressIn(raw)
  const known = named && obstacleTo(patient, {...attemptOf(patient, container, named, failure), at: undefined})
  if (known || (named && !/^[\d.]+$/.test(named.host))) return known
  const guessed = addressesOf(patient, container).flatMap(address => obstacleTo(patient, {...attemptOf(patient, container, address, failure), at: undefined}) ?? [])
  return guessed.length === 1 ? guessed[0] : undefined
}

/**
 * A pod that is ready may still fail at what it is there for, and only its log says so. One line, or lines of long ago, are nothing: programs complain and go
 * on. What is repeated to the end of the log is not over.
 */
export default defineWellPodRule({
  id: 'log-repeats-error',
  judges: 'well pod',
  phase: 'run',
  severity: 'warning',
  heals: 'by itself',
  title: 'A container that is ready goes on complaining in its log',
  explain: `Ready means that the probe passes, and a pod without a probe is ready as soon as it runs. The program may catch its errors and go on: it cannot reach its
database, is refused by the API, or finds its disk full, and says so in its log again and again. This is a warning: the pod counts as sound.`,

  * check(patient) {
    for (const container of patient.containers) {
      if (!container.well || !container.status?.state?.running) continue
      const log = patient.log(container, {previous: false})
      const repeated = log ? repeatedIn(log, patient.cluster.now) : undefined
      if (!log || !repeated) continue
      const {count, first, last, text, complaint} = repeated
      const obstacle = obstacleOf(patient, container, repeated)
      yield {
        container: container.name,
        summary: `Container "${container.name}" is ready, but its log says "${text.replaceAll('"', '\'')}", ${count} times${log.cut ? ' or more' : ''} and still at its end${obstacle ? `: ${obstacle.words}` : ''}.`,
        evidence: [patient.citeLog(log, first), patient.citeLog(log, last), ...(obstacle?.evidence ?? [])],
        fixes: obstacle?.fixes ?? [],
        culprit: obstacle?.culprit ?? {...patient.owner.ref, part: `${container.name} ${complaint}`},
        ...(obstacle?.likely && {likely: true as const}),
      }
    }
  },
})
