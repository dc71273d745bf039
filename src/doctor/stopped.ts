import type {Event} from '../kube/types.js'
import {timeOf} from './cluster.js'
import type {Ended, Patient} from './patient.js'

/**
 * The kubelet's own reason for stopping the run that ended, where it was no probe: `Container web definition changed, will be
 * restarted` after the image of a running pod was changed, `FailedPostStartHook` after a hook. Both stand in a *Normal* event `Killing`.
 */
export const stoppedFor = (patient: Patient, {name, ended}: Ended): Event | undefined =>
  patient.events('Killing').find(event => timeOf(event) >= (ended.startedAt ?? '')
    && (event.message?.startsWith(`Container ${name} definition changed`)
      || (event.message === 'FailedPostStartHook' && event.involvedObject?.fieldPath?.endsWith(`{${name}}`))))
