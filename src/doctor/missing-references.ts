import {missingKey, missingObject} from './missing-data.js'
import {mountWords} from './mounts.js'
import type {ContainerView, Patient} from './patient.js'
import {environmentReferences, volumeReferences, type Data, type Reference} from './references.js'
import type {Symptom} from './types.js'

/** The references of environment variables of one kind, each with its container, where the kubelet cannot make that container. */
function* refusedInEnvironment(patient: Patient, kind: Data): Iterable<{reference: Reference, container: ContainerView, message: string}> {
  for (const reference of environmentReferences(patient)) {
    const container = patient.containers.find(({name}) => name === reference.container)
    if (reference.kind === kind && container?.waiting?.reason === 'CreateContainerConfigError') yield {reference, container, message: container.waiting.message}
  }
}

const wordsOf = (patient: Patient, {statusPath}: ContainerView) => [patient.cite(patient.pod, `${statusPath}.state.waiting.message`)]

/** Objects that environment variables need and that are not there. `words` finds the name of the object in the kubelet's message. */
export function* missingInEnvironment(patient: Patient, kind: Data, words: RegExp): Iterable<Symptom> {
  for (const {reference, container, message} of refusedInEnvironment(patient, kind)) {
    const symptom = words.exec(message)?.[1] === reference.name ? missingObject(patient, reference, wordsOf(patient, container)) : undefined
    if (symptom) yield symptom
  }
}

/** Keys that environment variables need and that their object does not have. `words` finds the key and the name of the object in the kubelet's message. */
export function* missingKeyInEnvironment(patient: Patient, kind: Data, words: RegExp): Iterable<Symptom> {
  for (const {reference, container, message} of refusedInEnvironment(patient, kind)) {
    const [, key, name] = words.exec(message) ?? []
    const wanted = reference.name === name ? reference.keys.find(other => other.key === key) : undefined
    const symptom = wanted && missingKey(patient, reference, wanted, wordsOf(patient, container))
    if (symptom) yield symptom
  }
}

const inVolumes = (patient: Patient, kind: Data): Reference[] => patient.preparing ? volumeReferences(patient).filter(reference => reference.kind === kind) : []

/** Objects that volumes need and that are not there, while the pod waits for its volumes. `words` makes the kubelet's words about a name. */
export function* missingInVolumes(patient: Patient, kind: Data, words: (name: string) => string): Iterable<Symptom> {
  for (const reference of inVolumes(patient, kind)) {
    const symptom = missingObject(patient, reference, mountWords(patient, reference.volume, words(reference.name)))
    if (symptom) yield symptom
  }
}

/** Keys that volumes need and that their object does not have. `words` finds the key in the kubelet's words, which do not name the object. */
export function* missingKeyInVolumes(patient: Patient, kind: Data, words: RegExp): Iterable<Symptom> {
  for (const reference of inVolumes(patient, kind)) {
    for (const wanted of reference.keys) {
      const symptom = missingKey(patient, reference, wanted, mountWords(patient, reference.volume, message => words.exec(message)?.[1] === wanted.key))
      if (symptom) yield symptom
    }
  }
}
