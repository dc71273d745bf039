import {editTemplate, type Change, type Edit} from './fix.js'
import {nearMisses, STRONG} from './near-miss.js'
import {templateSpecOf} from './owner.js'
import type {Patient} from './patient.js'
import {fitting, type Placement} from './scheduling.js'
import type {PodSpec} from '../kube/types.js'

/** The resource that nodes have and that was probably meant, and the change of the template that asks for it. */
export function meantResource(patient: Patient, {all}: Placement, resource: string): {name: string, change: Change | undefined} | undefined {
  const known = new Set(all.flatMap(({allocatable}) => [...allocatable.keys()].filter(name => (allocatable.get(name) ?? 0n) > 0n)))
  const [best] = nearMisses(resource, known)
  if (!best || best.score < STRONG) return undefined
  const ofPod = renaming(patient.pod.spec as PodSpec, resource, best.name)
  const ofTemplate = renaming(templateSpecOf(patient.owner) ?? patient.pod.spec as PodSpec, resource, best.name)
  const cures = fitting(patient, ofPod).length > 0 && ofTemplate.length > 0
  return {name: best.name, change: cures ? editTemplate(patient, ofTemplate) : undefined}
}

/** The same amounts of another resource, in the limits and requests of all containers that ask for it. */
const renaming = (spec: PodSpec, from: string, to: string): Edit[] => (['containers', 'initContainers'] as const).flatMap(list =>
  (spec[list] ?? []).flatMap(({name, resources}) => (['limits', 'requests'] as const).flatMap((field): Edit[] => {
    const amount = resources?.[field]?.[from]
    const path = `${list}[${name}].resources.${field}`
    return amount === undefined ? [] : [{path: `${path}["${from}"]`, remove: true}, {path: `${path}["${to}"]`, to: amount}]
  })))
