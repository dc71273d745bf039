import {addressesOf, addressIn} from './address.js'
import {failsWith, type Said} from './complaint.js'
import {attemptOf, obstacleTo, type Failure, type Obstacle} from './destination.js'
import type {Ended, Patient} from './patient.js'
import type {Symptom} from './types.js'
import {originsOf} from './value-origin.js'

/** What stands between a container and whom its log names; where the log names nobody, whom its environment names, which is a guess. */
export function obstacleOf(patient: Patient, container: Ended, {raw, around}: Said, failure: Failure): Obstacle | undefined {
  const named = addressIn(raw) ?? addressIn(around)
  const known = named && obstacleTo(patient, attemptOf(patient, container, named, failure))
  if (known || (named && !/^[\d.]+$/.test(named.host))) return known
  // An address of a pod that is gone, or none at all: only a host that is really wrong is worth a guess.
  const guessed = addressesOf(patient, container).flatMap(address => obstacleTo(patient, attemptOf(patient, container, address, failure)) ?? [])
  return guessed.length === 1 ? {...guessed[0]!, likely: true} : undefined
}

/** The symptom of a host that could not be reached; nothing where no more is known than what the program says. */
export function unreached(patient: Patient, container: Ended, said: Said, failure: Failure): Symptom | undefined {
  const obstacle = obstacleOf(patient, container, said, failure)
  if (!obstacle) return undefined
  const {words, evidence, fixes, culprit, likely} = obstacle
  return {container: container.name, summary: `${failsWith(container, said)}: ${words}.`, evidence: [...said.evidence, ...evidence], fixes, culprit, ...(likely && {likely})}
}

/** A name outside of the cluster that DNS does not know: where it was given to the program. */
export function unknownName(patient: Patient, container: Ended, said: Said): Symptom | undefined {
  const host = addressIn(said.raw)?.host
  const [from] = host === undefined || !/\.[a-z]{2,}$/.test(host) || /\.svc\b/.test(host) ? [] : originsOf(patient, container, host)
  return from && {
    container: container.name, summary: `${failsWith(container, said)}: the name "${host}" is what ${from.words} says.`, evidence: [...said.evidence, from.evidence],
    fixes: [{action: `Write a host that exists into ${from.words}`}], culprit: {...patient.owner.ref, part: `${container.name} ${host}`},
  }
}
