import type {Patient} from './patient.js'
import {ONE} from './quantity.js'
import {templateSpecOf} from './owner.js'
import {wordOf} from './fix.js'

/** What the kubelet counted as it refused a pod or a resize, in billionths. Without `used` the node is too small even when it is empty. */
export interface Count {
  resource: string
  wanted: bigint
  used: bigint | undefined
  capacity: bigint
}

/** pkg/kubelet/lifecycle (InsufficientResourceError) and the resize of pods, 1.27 to 1.36: CPU in thousandths, all else in whole units. */
const COUNTED = /^Node didn't have enough (?:resource|capacity): ([^\s,]+), requested: (\d{1,30}),(?: used: (\d{1,30}),)? capacity: (\d{1,30})\b/

export function countOf(message: string): Count | undefined {
  const [, resource, wanted, used, capacity] = COUNTED.exec(message.replace(/^Pod was rejected: /, '')) ?? []
  if (resource === undefined || wanted === undefined || capacity === undefined) return undefined
  const grain = resource === 'cpu' ? ONE / 1000n : ONE
  return {resource, wanted: BigInt(wanted) * grain, used: used === undefined ? undefined : BigInt(used) * grain, capacity: BigInt(capacity) * grain}
}

/** Somebody has written the node's name into the manifest: a scheduler's choice leaves the condition PodScheduled. */
export const isPinned = (patient: Patient): boolean => {
  const template = patient.owner.ref.kind === 'Pod' ? undefined : templateSpecOf(patient.owner)
  return template ? template.nodeName !== undefined : patient.condition('PodScheduled') === undefined
}

/** `pod "train"` or `the pods of deployment/train`, and how they came to the node. */
export const pinnedWord = (patient: Patient): string => {
  const {ref} = patient.owner
  const [who, are] = ref.kind === 'Pod' ? [`pod "${ref.name}"`, 'is'] : [`the pods of ${wordOf(ref)}`, 'are']
  return isPinned(patient) ? `to which ${who} ${are} pinned by spec.nodeName` : `which the scheduler has chosen for ${who}`
}
