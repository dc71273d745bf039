import type {Kinds} from '../kube/types.js'
import type {Requirement} from './node-selection.js'
import {templateSpecOf} from './owner.js'
import type {Patient} from './patient.js'

/** The RuntimeClass that has put all that no node has into the pod's node selector (admission plugin RuntimeClass): it is not in the template. */
export function classThatAsks(patient: Patient, unmet: Requirement[]): Kinds['RuntimeClass'] | undefined {
  const {runtimeClassName} = patient.pod.spec ?? {}
  const runtimeClass = runtimeClassName === undefined ? undefined : patient.find('RuntimeClass', runtimeClassName)
  const template = templateSpecOf(patient.owner)
  return runtimeClass && unmet.every(({key, values, path}) => path.startsWith('nodeSelector[') && runtimeClass.scheduling?.nodeSelector?.[key] === values[0] && template?.nodeSelector?.[key] === undefined) ? runtimeClass : undefined
}
