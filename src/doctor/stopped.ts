import type {Event} from '../kube/types.js'
import {timeOf} from './cluster.js'
import type {Ended, Patient} from './patient.js'

export interface Stop {
  reason: 'definition changed' | 'postStart hook'
  /** The kubelet's event `Killing`. */
  event: Event
  /** The end of a sentence. */
  why: string
}

/**
 * The kubelet's own reason for stopping the run that ended, where it was no probe: `Container web definition changed, will be
 * restarted` after the image of a running pod was changed, `FailedPostStartHook` after a hook. Both stand in a *Normal* event `Killing`.
 */
export function stoppedFor(patient: Patient, {name, ended}: Ended): Stop | undefined {
  for (const event of patient.events('Killing').filter(event => timeOf(event) >= (ended.startedAt ?? ''))) {
    if (event.message?.startsWith(`Container ${name} definition changed`)) return {reason: 'definition changed', event, why: 'its definition was changed in the running pod'}
    if (event.message === 'FailedPostStartHook' && event.involvedObject?.fieldPath?.endsWith(`{${name}}`)) return {reason: 'postStart hook', event, why: 'its postStart hook failed'}
  }
  return undefined
}
