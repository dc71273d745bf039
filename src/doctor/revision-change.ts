import type {Container} from '../kube/types.js'
import {listed} from './report/layout.js'
import type {Patient} from './patient.js'
import {containerIn, previousRevision} from './revisions.js'

/** What a value of an environment variable comes from, in words. */
const sourceOf = (variable: NonNullable<Container['env']>[number]): string => {
  const {value, valueFrom} = variable
  const ref = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef
  return ref ? `${valueFrom?.secretKeyRef ? 'Secret' : 'ConfigMap'} "${ref.name}" key "${ref.key}"` : valueFrom?.fieldRef ? valueFrom.fieldRef.fieldPath : shown(value ?? '')
}
const shown = (value: string) => `"${value.length > 60 ? `${value.slice(0, 57)}...` : value}"`

/** How a container of this revision differs from that of the one before: `env DB_PORT from "5432" to "postgres"`. Empty where nothing that a program notices differs. */
export function differences(before: Container, now: Container): string[] {
  const found: string[] = []
  if (before.image !== now.image) found.push(`the image from ${before.image} to ${now.image}`)
  const [old, current] = [before, now].map(({env = []}) => new Map(env.map(variable => [variable.name, sourceOf(variable)])))
  for (const name of new Set([...old!.keys(), ...current!.keys()])) {
    const [a, b] = [old!.get(name), current!.get(name)]
    if (a !== b) found.push(a === undefined ? `env ${name}, which is new` : b === undefined ? `env ${name}, which is gone` : `env ${name} from ${a} to ${b}`)
  }
  for (const field of ['command', 'args'] as const) {
    const [a, b] = [before[field] ?? [], now[field] ?? []]
    const at = b.findIndex((word, i) => word !== a[i])
    if (a.join('\0') !== b.join('\0')) found.push(a.length === b.length && at >= 0 && a[at]!.length + b[at]!.length < 120 ? `${field} from ${shown(a[at]!)} to ${shown(b[at]!)}` : field)
  }
  for (const field of ['envFrom', 'resources', 'volumeMounts', 'securityContext', 'workingDir'] as const) {
    if (JSON.stringify(before[field]) !== JSON.stringify(now[field])) found.push(field)
  }
  return found
}

/** `Revision 2 changed env DB_PORT from "5432" to "postgres"; a pod of revision 1 runs.` Nothing where the revision before does not run: it may have had the same fault. */
export function changedByRevision(patient: Patient, name: string): string | undefined {
  const before = previousRevision(patient)
  const ready = before?.set.status?.readyReplicas ?? 0
  const [old, now] = [containerIn(before?.set, name), containerIn(before?.own, name)]
  if (!before || ready === 0 || !old || !now) return undefined
  const changes = differences(old, now)
  if (changes.length === 0) return undefined
  const runs = `${ready} pod${ready === 1 ? '' : 's'} of revision ${before.revision} ${ready === 1 ? 'runs' : 'run'}`
  return `The newer revision changed ${listed(changes.length > 3 ? [...changes.slice(0, 2), `${changes.length - 2} more things`] : changes)}; ${runs}.`
}
