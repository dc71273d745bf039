import type {Event} from '../kube/types.js'
import {timeOf} from './cluster.js'
import type {Patient} from './patient.js'
import type {Evidence} from './types.js'

/** Words of the kubelet and of the attach/detach controller that name no fault of their own. */
const NOISE = /object "[^"]*"\/"[^"]*" not registered/
/** The kubelet's summary after two minutes: the reason stands in another event, unless it is wrapped into this one. */
const SUMMARY = /^Unable to attach or mount volumes: .*(?:timed out waiting for the condition|context deadline exceeded)\s*$/

/** Events about volumes that could not be attached or mounted, newest first, those that tell the reason before summaries. Older than the pod's scheduling: history. */
export function mountFailures(patient: Patient): Event[] {
  const since = patient.condition('PodScheduled')?.since ?? ''
  const events = patient.events('FailedMount', 'FailedAttachVolume', 'FailedMapVolume')
    .filter(event => !NOISE.test(event.message ?? '') && timeOf(event) >= since)
  return [...events.filter(({message = ''}) => !SUMMARY.test(message)), ...events.filter(({message = ''}) => SUMMARY.test(message))]
}

/** The newest words about the volume that match; empty where they are gone. */
export function mountWords(patient: Patient, volume: string | undefined, words: string | ((message: string) => boolean)): Evidence[] {
  const match = typeof words === 'string' ? (message: string) => message.includes(words) : words
  const event = mountFailures(patient).find(({message = ''}) => message.includes(`volume "${volume}"`) && match(message))
  return event ? [patient.cite(event, 'message')] : []
}

/** The volume of the pod that a message is about. The words name the PersistentVolume where there is one, not the pod's volume. */
export function volumeOf(patient: Patient, message: string): string | undefined {
  const [, named, unmounted] = /volume "([^"]+)"|unmounted volumes=\[([^\]\s,]+)/.exec(message) ?? []
  const name = named ?? unmounted
  const volumes = patient.pod.spec?.volumes ?? []
  return volumes.find(volume => volume.name === name)?.name
    ?? volumes.find(({persistentVolumeClaim}) => persistentVolumeClaim && patient.find('PersistentVolumeClaim', persistentVolumeClaim.claimName)?.spec?.volumeName === name)?.name
    ?? name
}
