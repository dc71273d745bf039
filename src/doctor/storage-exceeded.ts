import {ownLimitOf, siblingsOf} from './eviction.js'
import type {Patient} from './patient.js'
import {listed} from './report/layout.js'
import {rollBack} from './revisions.js'
import type {Symptom} from './types.js'

/** A pod that was evicted for what it has written to its node's disk: which volume or container, and how much it may. */
export function storageExceeded(patient: Patient): Symptom | undefined {
  const over = ownLimitOf(patient.pod)
  if (!over) return undefined
  const {pod, containers, owner} = patient
  const index = over.kind === 'volume' ? pod.spec?.volumes?.findIndex(({name}) => name === over.name) ?? -1 : -1
  const writers = over.kind === 'volume' ? containers.flatMap(({name, spec}) => (spec.volumeMounts ?? []).filter(mount => mount.name === over.name).map(({mountPath}) => ({name, mountPath}))) : []
  // The kubelet looks at the pod's sum first: with one container its own limit is that sum.
  const limited = containers.filter(({name, spec}) => over.kind === 'container' ? name === over.name : over.kind === 'pod' && spec.resources?.limits?.['ephemeral-storage'] !== undefined)
  const one = over.kind === 'container' ? over.name : limited.length === 1 ? limited[0]!.name : undefined
  const all = limited.length > 0 ? ` ${listed(limited.map(({name}) => `"${name}"`))}` : ''
  const places = listed(writers.map(({name, mountPath}) => `container "${name}" mounts it at ${mountPath}`))
  const times = siblingsOf(patient.cluster, pod).filter(sibling => ownLimitOf(sibling)).length
  const node = pod.spec?.nodeName
  const what = over.kind === 'volume' ? `Volume "${over.name}" (emptyDir) has grown beyond its sizeLimit ${over.limit}${places ? ` (${places})` : ''}`
    : `${one === undefined ? `The containers${all} have together` : `Container "${one}" has`} written more to the node's disk than the ephemeral-storage limit of ${over.limit}`
  const whom = over.kind === 'volume' ? listed(writers.map(({name}) => `"${name}"`)) || 'the program' : one === undefined ? 'the containers' : `"${one}"`
  return {
    summary: `${what}, so ${node === undefined ? 'the node' : `node "${node}"`} evicted the pod${times > 1 ? `; ${times} pods of ${owner.ref.kind.toLowerCase()} "${owner.ref.name}" have gone that way` : ''}.`,
    evidence: [patient.cite(pod, 'status.reason'), patient.cite(pod, 'status.message'), ...(index >= 0 ? patient.citeIfPresent(pod, `spec.volumes[${index}].emptyDir.sizeLimit`) : []),
      ...limited.flatMap(({specPath}) => patient.citeIfPresent(pod, `${specPath}.resources.limits["ephemeral-storage"]`))],
    fixes: [...rollBack(patient, ''), {action: `Let ${whom} keep ${over.kind === 'volume' ? `emptyDir "${over.name}" below ${over.limit}` : `less than ${over.limit} outside of volumes and in its log`}, or move what it writes to a PersistentVolumeClaim`}],
    culprit: {...owner.ref, part: `${over.kind} ${over.name}`},
  }
}
