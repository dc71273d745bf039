import type {Event} from '../kube/types.js'
import {imagesAreThere} from './images-there.js'
import {mountFailures, volumeOf} from './mounts.js'
import type {Patient} from './patient.js'
import type {Volume} from './volume-fit.js'

type Source = NonNullable<NonNullable<Patient['pod']['spec']>['volumes']>[number]

/** A volume of the pod that the pod waits for, with what stands behind its claim, and the newest words about it that match. */
export interface Unmounted {
  name: string
  source: Source
  /** `spec.volumes[2]`. */
  path: string
  claimName: string | undefined
  /** The PersistentVolume behind the claim; undefined where there is none or nobody could look. */
  volume: Volume | undefined
  /** Newest first. */
  events: Event[]
}

/** The volumes of a pod that has a node and waits before its next container. */
export function unmountedOf(patient: Patient): Unmounted[] {
  if (!patient.preparing) return []
  const events = mountFailures(patient)
  return (patient.pod.spec?.volumes ?? []).map((source, i) => {
    const claimName = source.persistentVolumeClaim?.claimName ?? (source.ephemeral ? `${patient.ref.name}-${source.name}` : undefined)
    const bound = claimName === undefined ? undefined : patient.find('PersistentVolumeClaim', claimName)?.spec?.volumeName
    return {
      name: source.name, source, path: `spec.volumes[${i}]`, claimName,
      volume: (bound === undefined ? undefined : patient.find('PersistentVolume', bound)) ?? undefined,
      events: events.filter(({message = ''}) => volumeOf(patient, message) === source.name),
    }
  })
}

/** The first of the words that match, with the event that holds them. */
export function said({events}: Unmounted, pattern: RegExp): {event: Event, match: RegExpExecArray} | undefined {
  for (const event of events) {
    const match = pattern.exec(event.message ?? '')
    if (match) return {event, match}
  }
  return undefined
}

/** The volume in words: `volume "data" (PersistentVolume "pv-7" of claim "orders")`. */
export const volumeWord = ({name, claimName, volume}: Unmounted): string =>
  `volume "${name}"${volume ? ` (PersistentVolume "${volume.metadata?.name}" of claim "${claimName}")` : claimName === undefined ? '' : ` (claim "${claimName}")`}`

/** The kubelet has seen the pod some time ago and has not even made its sandbox, which comes after the volumes (condition since 1.29). Before 1.35 it looks the same while an image is pulled: see {@link imagesAreThere}. */
export function isStuck(patient: Patient, seconds: number): boolean {
  const {status, since} = patient.condition('PodReadyToStartContainers') ?? {}
  return patient.preparing && status === 'False' && patient.cluster.now - Date.parse(since ?? '') > 1000 * seconds
}

/**
 * The one volume of the pod that depends on something outside of the cluster's objects, where the pod is stuck and nobody says why any more: what is wrong with
 * it cannot be seen, but nothing else can be wrong. Undefined while there are words.
 */
export function suspect(patient: Patient): Unmounted | undefined {
  if (!isStuck(patient, 20) || imagesAreThere(patient) === false || patient.events('Pulling', 'Pulled', 'Created', 'Started').length > 0 || patient.events('FailedMount', 'FailedAttachVolume', 'FailedMapVolume', 'FailedCreatePodSandBox').length > 0) return undefined
  const outside = unmountedOf(patient).filter(({source, volume}) => !(source.emptyDir || source.downwardAPI || source.configMap || source.secret || source.projected)
    && !(source.hostPath && /^(?:|DirectoryOrCreate|FileOrCreate)$/.test(source.hostPath.type ?? '')) && !(volume?.spec?.hostPath && !volume.spec.hostPath.type))
  return outside.length === 1 ? outside[0] : undefined
}
