import {editTemplate, wordOf, type Change, type Edit} from './fix.js'
import {templateSpecOf} from './owner.js'
import type {Patient} from './patient.js'
import {nearToleration, tolerationOf, type NearToleration, type Taint, type Toleration} from './taints.js'

/** What would let the pod onto a node with these taints: the tolerations that were nearly right, and those that are not there at all. */
export interface Tolerating {
  near: NearToleration[]
  missing: Toleration[]
  /** Undefined where the pods' template cannot be changed. */
  change: Change | undefined
}

/**
 * How to tolerate the taints. Tolerations may be added to a pod that exists, so even one without an owner can be helped; what is misspelt there
 * stays, and harms nobody.
 */
export function tolerate(patient: Patient, taints: Taint[]): Tolerating {
  const {pod, owner} = patient
  const nearly = taints.map(taint => ({taint, near: nearToleration(pod.spec?.tolerations, taint)}))
  const near = nearly.flatMap(({near}) => near ?? [])
  const missing = nearly.filter(({near}) => !near).map(({taint}) => tolerationOf(taint))
  if (owner.ref.kind === 'Pod') {
    const wanted = taints.map(tolerationOf)
    const operations = pod.spec?.tolerations ? wanted.map(value => ({op: 'add', path: '/spec/tolerations/-', value})) : [{op: 'add', path: '/spec/tolerations', value: wanted}]
    return {near, missing, change: {commands: [['kubectl', 'patch', wordOf(owner.ref), '--type=json', '-p', JSON.stringify(operations)]], effect: 'changes-spec'}}
  }
  const template = templateSpecOf(owner)
  const own = template ? template.tolerations ?? [] : pod.spec?.tolerations ?? []
  const edits = near.flatMap(one => editsOf(own as Toleration[], one))
  const additions: Edit[] = own.length === 0 && missing.length > 0 ? [{path: 'tolerations', to: missing}] : missing.map(append => ({path: 'tolerations', append}))
  return {near, missing, change: edits.includes(undefined) ? undefined : editTemplate(patient, [...edits.filter(edit => edit !== undefined), ...additions])}
}

/** The fields that are wrong, where all of them stand there; else the whole toleration. The pod has more tolerations than its template: admission adds some. */
function editsOf(template: Toleration[], {toleration, wanted}: NearToleration): (Edit | undefined)[] {
  const fields = ['key', 'operator', 'value', 'effect'] as const
  const index = template.findIndex(other => fields.every(field => (other[field] ?? '') === (toleration[field] ?? '')))
  if (index < 0) return [undefined]
  const wrong = fields.filter(field => toleration[field] !== wanted[field])
  return wrong.every(field => toleration[field]) ? wrong.map(field => ({path: `tolerations[${index}].${field}`, to: wanted[field]})) : [{path: `tolerations[${index}]`, to: wanted}]
}
