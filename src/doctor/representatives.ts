import type {Patient} from './patient.js'
import type {Ref} from './types.js'

/** As many pods of one template in one state are examined; the others are like them. */
const EXAMINED = 3

export interface Representative {
  patient: Patient
  /** Pods of the same template in the same state, which are not examined themselves. */
  followers: Ref[]
}

/**
 * Forty replicas of one template that fail in the same way need not be read forty times. Alike are pods of one controller
 * whose containers say the same, but for the pod's own name and uid.
 */
export function representatives(patients: Patient[]): Representative[] {
  const groups = new Map<string, Patient[]>()
  for (const patient of patients) {
    const key = signatureOf(patient)
    groups.set(key, [...groups.get(key) ?? [], patient])
  }
  return [...groups.values()].flatMap(group => group.slice(0, EXAMINED).map((patient, i) =>
    ({patient, followers: i === 0 ? group.slice(EXAMINED).map(({ref}) => ref) : []})))
}

function signatureOf({pod, ref, containers}: Patient): string {
  const controller = pod.metadata?.ownerReferences?.find(({controller}) => controller)
  if (!controller) return `pod ${ref.namespace}/${ref.name}`
  const plain = (text: string) => text.replaceAll(ref.name, '').replaceAll(pod.metadata?.uid ?? ref.name, '').replaceAll(/[0-9a-f]{12,}|\d+[smh]/g, '')
  return JSON.stringify([
    controller.uid, pod.metadata?.labels?.['controller-revision-hash'], pod.status?.phase, pod.status?.reason,
    // Where a pod was put may be what is wrong with it, unless its program has run and ended.
    containers.some(({ended}) => ended) ? '' : pod.spec?.nodeName,
    pod.status?.conditions?.filter(({status}) => status === 'False').map(({type, reason}) => `${type} ${reason}`),
    ...containers.map(({name, well, waiting, ended}) => [name, well, waiting?.reason, plain(waiting?.message ?? ''), ended?.reason, ended?.exitCode]),
  ])
}
