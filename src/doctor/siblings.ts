import type {Container, Deployment, StatefulSet} from '../kube/types.js'
import {wordOf} from './fix.js'
import type {ContainerView, Patient} from './patient.js'
import {environmentReferences, keysOf} from './references.js'
import {refOf} from './cite.js'
import type {Ref} from './types.js'

export type Variable = NonNullable<Container['env']>[number]

/** A container of another workload that has the variable, and works. */
export interface Sibling {
  owner: Ref
  variable: Variable
  /** Why the two are alike. */
  alike: string
  object: Deployment | StatefulSet
  path: string
}

const repository = (image = '') => image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')

/** Names that the container gets from env and envFrom; undefined where a source could not be read. */
export function variablesOf(patient: Patient, {name, spec}: ContainerView): Set<string> | undefined {
  const names = new Set((spec.env ?? []).map(variable => variable.name))
  for (const reference of environmentReferences(patient).filter(({container, use}) => container === name && use.startsWith('envFrom'))) {
    const source = patient.find(reference.kind, reference.name)
    if (source === undefined) return undefined
    for (const key of source ? keysOf(source) : []) names.add(key)
  }
  return names
}

/** A Deployment or StatefulSet of the namespace that runs, whose container has the same image (or which is a part of the same application) and sets the variable. */
export function siblingWith(patient: Patient, {spec}: ContainerView, variable: string): Sibling | undefined {
  const {owner, namespace} = patient
  const part = patient.pod.metadata?.labels?.['app.kubernetes.io/part-of']
  const workloads = [...patient.list('Deployment', {namespace}) ?? [], ...patient.list('StatefulSet', {namespace}) ?? []]
  const found = workloads.filter(({metadata, status}) => metadata?.uid !== owner.object?.metadata?.uid && (status?.readyReplicas ?? 0) > 0).flatMap(object => {
    const template = object.spec?.template
    return (template?.spec?.containers ?? []).flatMap((container, i): (Sibling & {same: boolean})[] => {
      const index = container.env?.findIndex(({name}) => name === variable) ?? -1
      const same = repository(container.image) === repository(spec.image) && spec.image !== ''
      const together = part !== undefined && template?.metadata?.labels?.['app.kubernetes.io/part-of'] === part
      return index < 0 || (!same && !together) ? [] : [{
        owner: refOf(object), variable: container.env![index]!, object, path: `spec.template.spec.containers[${i}].env[${index}]`, same, alike: same ? 'of the same image' : `of the same application "${part}"`,
      }]
    })
  })
  return found.find(({same}) => same) ?? found[0]
}

/** `to "shop"`, `from Secret "db" key "password"`. */
export function settingOf({variable: {value, valueFrom}}: Sibling): string {
  const ref = valueFrom?.secretKeyRef ?? valueFrom?.configMapKeyRef
  return ref ? `from key "${ref.key}" of ${valueFrom?.secretKeyRef ? 'Secret' : 'ConfigMap'} "${ref.name}"` : value === undefined ? 'from the pod itself' : `to "${value}"`
}

export const wordsOf = (sibling: Sibling): string => `${wordOf(sibling.owner)} ${sibling.alike}`
