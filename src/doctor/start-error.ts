import type {ContainerView, Patient} from './patient.js'
import type {Evidence} from './types.js'

export interface StartError extends ContainerView {
  /** What the runtime said: in `waiting.message` while RunContainerError is shown, in the last termination between two tries. */
  words: string
  evidence: Evidence[]
}

/** Reasons by which runtimes say that the program never ran: containerd `StartError`, Docker and CRI-O `ContainerCannotRun`. */
const NEVER_RAN = /^(?:StartError|ContainerCannotRun)$/
const CREATING = /^(?:RunContainerError|CreateContainerError)$/

/** Containers whose program could not be executed. Its log is empty by definition; the status keeps the words when the events are gone. */
export function startErrors({containers, pod, cite}: Patient): StartError[] {
  return containers.flatMap((container): StartError[] => {
    const {waiting, ended, statusPath} = container
    if (waiting && CREATING.test(waiting.reason) && waiting.message) {
      return [{...container, words: waiting.message, evidence: [cite(pod, `${statusPath}.state.waiting.message`)]}]
    }
    if (!ended || !NEVER_RAN.test(ended.reason) || !ended.message) return []
    return [{...container, words: ended.message, evidence: [cite(pod, `${ended.path}.reason`), cite(pod, `${ended.path}.message`)]}]
  })
}
