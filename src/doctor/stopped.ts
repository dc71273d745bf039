import {timeOf} from './cluster.js'
import type {Ended, Patient} from './patient.js'
import type {Evidence} from './types.js'

export interface Stop {
  reason: 'definition changed' | 'postStart hook'
  /** The kubelet's event `Killing`, or, when that is gone, who wrote to the pod's containers while the run lasted. */
  evidence: Evidence
  /** The end of a sentence. */
  why: string
}

/**
 * The kubelet's own reason for stopping the run that ended, where it was no probe: `Container web definition changed, will be
 * restarted` after the image of a running pod was changed, `FailedPostStartHook` after a hook. Both stand in a *Normal* event `Killing`.
 */
export function stoppedFor(patient: Patient, {name, ended}: Ended): Stop | undefined {
  for (const event of patient.events('Killing').filter(event => timeOf(event) >= (ended.startedAt ?? ''))) {
    if (event.message?.startsWith(`Container ${name} definition changed`)) return {reason: 'definition changed', evidence: patient.cite(event, 'message'), why: 'its image was changed in the running pod'}
    if (event.message === 'FailedPostStartHook' && event.involvedObject?.fieldPath?.endsWith(`{${name}}`)) return {reason: 'postStart hook', evidence: patient.cite(event, 'message'), why: 'its postStart hook failed'}
  }
  // A container in a pod that is there can only be given another image; resources are changed through a subresource. The kubelet stops it at once.
  const {managedFields = []} = patient.pod.metadata ?? {}
  const [from, to] = [ended.startedAt ?? '9', Date.parse(ended.finishedAt ?? '')]
  const patience = (patient.pod.spec?.terminationGracePeriodSeconds ?? 30) * 1000 + 10_000
  const write = managedFields.findIndex(({subresource, time = '', fields}) => subresource === undefined && fields.includes('spec.containers') && time > from && Date.parse(time) <= to && to - Date.parse(time) < patience)
  return write < 0 ? undefined : {reason: 'definition changed', evidence: patient.cite(patient.pod, `metadata.managedFields[${write}].time`), why: 'its image was changed in the running pod'}
}
