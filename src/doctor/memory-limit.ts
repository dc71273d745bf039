import type {Patient} from './patient.js'
import type {Evidence} from './types.js'

/** `LimitRanger plugin set: cpu, memory limit for container web; memory request for container web`: what admission added to the pod (plugin/pkg/admission/limitranger). */
const LIMIT_RANGER = 'metadata.annotations["kubernetes.io/limit-ranger"]'

/** Where a memory limit was given by the namespace's LimitRange, not by the template, that it was: nobody finds it in the manifest. */
export function defaultLimit(patient: Patient, name: string): {by: string, evidence: Evidence[]} {
  const {pod} = patient
  const words = pod.metadata?.annotations?.['kubernetes.io/limit-ranger'] ?? ''
  const added = words.replace(/^LimitRanger plugin set: /, '').split(/; /).some(part => part.endsWith(`container ${name}`) && /\bmemory\b[^;]*\blimit for\b/.test(part))
  if (!added) return {by: '', evidence: []}
  const range = patient.list('LimitRange')?.find(({spec}) => spec?.limits?.some(item => item.type === 'Container' && (item as {default?: Record<string, string>}).default?.['memory'] !== undefined))
  return {by: `, which ${range ? `LimitRange "${range.metadata?.name}"` : 'a LimitRange'} gives to containers without one`, evidence: [patient.cite(pod, LIMIT_RANGER)]}
}

/** A container without a limit of its own can only go over that of its pod (resources of pods, from 1.32), or take what its node does not have. */
export function withoutLimit(patient: Patient): {by: string, evidence: Evidence[]} {
  const {pod} = patient
  const limit = (pod.spec?.resources?.limits as Record<string, string> | undefined)?.['memory']
  if (limit !== undefined) return {by: `because its pod went over the pod's memory limit of ${limit}`, evidence: [patient.cite(pod, 'spec.resources.limits.memory')]}
  const quality = patient.citeIfPresent(pod, 'status.qosClass')
  return pod.spec?.nodeName === undefined ? {by: 'for using more memory than it may', evidence: quality}
    : {by: `because node "${pod.spec.nodeName}" ran out of memory (it has no memory limit of its own)`, evidence: [patient.cite(pod, 'spec.nodeName'), ...quality]}
}
