import {changing, editTemplate, wordOf} from './fix.js'
import {nearMisses, STRONG} from './near-miss.js'
import type {ContainerView, Patient} from './patient.js'
import {keysOf} from './references.js'
import {containerBefore} from './revisions.js'
import type {Evidence, Fix} from './types.js'

export interface Unset {words: string, evidence: Evidence[], fixes: Fix[]}

/** Why the container does not have the variable; undefined where it has it with a value, as far as its spec tells. */
export function unsetVariable(patient: Patient, container: ContainerView, name: string): Unset | undefined {
  const {spec, specPath, editPath} = container
  const {owner} = patient
  const own = (spec.env ?? []).findIndex(variable => variable.name === name)
  if (own >= 0) return optionalOrEmpty(patient, container, own)
  const sources = envFrom(patient, container)
  if (sources.some(({keys}) => keys?.includes(name))) return undefined
  // An envFrom that could not be read may hold it.
  if (sources.some(({keys, missing}) => keys === undefined && !missing)) return undefined
  const names = (spec.env ?? []).map(variable => variable.name)
  const near = nearMisses(name, names).find(({score}) => score >= STRONG)?.name
  if (near !== undefined) {
    return {
      words: `its spec sets ${near}, and not ${name}`, evidence: [patient.cite(patient.pod, `${specPath}.env[${names.indexOf(near)}].name`)],
      fixes: [{action: `Call the variable ${name} instead of ${near}`, ...editTemplate(patient, [{path: `${editPath}.env[${near}].name`, to: name}])}],
    }
  }
  const gone = sources.find(({missing}) => missing)
  if (gone) return {words: `its spec does not set ${name}; ${gone.who}, from which envFrom takes all its keys (optional), does not exist`, evidence: gone.evidence, fixes: [{action: `Create ${gone.who} with key ${name}`}]}
  for (const {who, keys = [], evidence} of sources) {
    const key = nearMisses(name, keys).find(({score}) => score >= STRONG)?.name
    if (key !== undefined) return {words: `its spec does not set ${name}; ${who} has key "${key}" instead`, evidence, fixes: [{action: `Call the key ${name} in ${who}`}]}
  }
  const before = containerBefore(patient, container.name)?.env?.find(variable => variable.name === name)
  if (before) {
    return {words: `its spec does not set ${name} any more; the revision before did`, evidence: [], fixes: [{
      action: `Set ${name} as the revision before had it`, ...editTemplate(patient, [spec.env?.length ? {path: `${editPath}.env`, append: before} : {path: `${editPath}.env`, to: [before]}]),
    }]}
  }
  const elsewhere = setElsewhere(patient, name)
  const from = sources.length > 0 ? `, and ${sources.map(({who}) => who).join(' and ')}, from which envFrom takes all keys, ${sources.length === 1 ? 'has' : 'have'} no such key` : ''
  return {
    words: `its spec does not set ${name}${from}${elsewhere ? `; ${elsewhere.who} sets it` : ''}`, evidence: [...sources.flatMap(({evidence}) => evidence), ...(elsewhere?.evidence ?? [])],
    fixes: [elsewhere?.value !== undefined && owner.templatePointer !== undefined && !/<masked>/.test(elsewhere.value)
      ? {action: `Set ${name} as ${elsewhere.who} does`, ...changing(owner, [['kubectl', 'set', 'env', wordOf(owner.ref), '-c', container.name, `${name}=${elsewhere.value}`]])}
      : {action: `Set ${name} in ${wordOf(owner.ref)}`}],
  }
}

/** The variable is there: with nothing in it, or from an optional key that does not exist. */
function optionalOrEmpty(patient: Patient, {spec, specPath, editPath}: ContainerView, index: number): Unset | undefined {
  const {name, value, valueFrom} = spec.env![index]!
  const path = `${specPath}.env[${index}]`
  if (value !== undefined || !valueFrom) return value ? undefined : {words: `${name} is there, but empty`, evidence: [patient.cite(patient.pod, `${path}.name`)], fixes: [{action: `Give ${name} a value in ${wordOf(patient.owner.ref)}`}]}
  for (const [field, kind] of [['configMapKeyRef', 'ConfigMap'], ['secretKeyRef', 'Secret']] as const) {
    const ref = valueFrom[field]
    if (!ref?.optional || ref.name === undefined) continue
    const object = patient.find(kind, ref.name)
    if (object === undefined || (object && keysOf(object).includes(ref.key))) continue
    const near = object ? nearMisses(ref.key, keysOf(object)).find(({score}) => score >= STRONG)?.name : undefined
    return {
      words: object === null ? `${name} is not set: ${kind} "${ref.name}" does not exist, and the reference to it is optional`
        : `${name} is not set: ${kind} "${ref.name}" has no key "${ref.key}", and the reference to it is optional${near === undefined ? '' : `; it has "${near}"`}`,
      evidence: [patient.cite(patient.pod, `${path}.valueFrom.${field}`), ...(object ? patient.citeKeys(object) : [patient.citeAbsence(kind, ref.name)])],
      fixes: near === undefined ? [{action: `Add key "${ref.key}" to ${kind} "${ref.name}"`}]
        : [{action: `Ask for key "${near}"`, ...editTemplate(patient, [{path: `${editPath}.env[${name}].valueFrom.${field}.key`, to: near}])}],
    }
  }
  return undefined
}

/** The objects whose keys all become variables. */
function envFrom(patient: Patient, {spec, specPath}: ContainerView): {who: string, keys: string[] | undefined, missing: boolean, evidence: Evidence[]}[] {
  return (spec.envFrom ?? []).flatMap(({configMapRef, secretRef, prefix = ''}, i) => {
    const [kind, ref, field] = configMapRef ? ['ConfigMap', configMapRef, 'configMapRef'] as const : ['Secret', secretRef, 'secretRef'] as const
    if (ref?.name === undefined) return []
    const object = patient.find(kind, ref.name)
    return [{who: `${kind} "${ref.name}"`, keys: object ? keysOf(object).map(key => `${prefix}${key}`) : undefined, missing: object === null,
      evidence: [patient.cite(patient.pod, `${specPath}.envFrom[${i}].${field}`), ...(object ? patient.citeKeys(object) : object === null ? [patient.citeAbsence(kind, ref.name)] : [])]}]
  })
}

/** Another container of the pod that sets the variable. What other applications set is another value. */
function setElsewhere(patient: Patient, name: string): {who: string, value: string | undefined, evidence: Evidence[]} | undefined {
  for (const other of patient.containers) {
    const index = (other.spec.env ?? []).findIndex(variable => variable.name === name)
    if (index >= 0) return {who: `container "${other.name}"`, value: other.spec.env![index]!.value, evidence: [patient.cite(patient.pod, `${other.specPath}.env[${index}].name`)]}
  }
  return undefined
}
