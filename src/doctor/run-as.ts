import type {ContainerView, Patient} from './patient.js'
import type {Evidence} from './types.js'

type Field = 'runAsNonRoot' | 'runAsUser' | 'seccompProfile' | 'appArmorProfile'

export interface Setting {
  /** Where it stands, for evidence and for an edit of the template. */
  path: string
  editPath: string
  /** ` of the container` or ` of the pod`: what a container says itself stands over what the pod says for all. */
  of: string
  evidence: Evidence[]
}

/** Which of the two levels of a security context sets the field for this container. Without a value at both: that of the pod, with nothing to quote. */
export function settingOf(patient: Patient, {spec, specPath, editPath}: ContainerView, field: Field): Setting {
  const own = spec.securityContext?.[field] !== undefined
  const path = `${own ? specPath : 'spec'}.securityContext.${field}`
  return {
    path, editPath: `${own ? `${editPath}.` : ''}securityContext.${field}`,
    of: ` of the ${own ? 'container' : 'pod'}`, evidence: patient.citeIfPresent(patient.pod, path),
  }
}

/** Who forbids root. */
export const guardOf = (patient: Patient, container: ContainerView): Setting => settingOf(patient, container, 'runAsNonRoot')
