import type {KubeObject} from '../kube/types.js'
import {changing, editTemplate, quote, wordOf} from './fix.js'
import type {ContainerView, Patient} from './patient.js'
import {volumeReferences} from './references.js'
import type {Evidence, Fix} from './types.js'

/** Where a word that a program uses was given to it: an environment variable, a word of its command, a key of a ConfigMap. */
export interface Origin {
  /** `env DB_HOST of container "api"`, `key "url" of ConfigMap "app"` */
  words: string
  evidence: Evidence
  /** Writes another word there. Without a command where the whole value is not known, or nothing can be patched. */
  change: (to: string) => Fix
}

/** Values that a snapshot does not show in full begin with this; what stands around it must not be written back. */
const MASKED = /<(?:masked|redacted)|\*\*\*/

/**
 * Where the host name (or another whole word) stands that the program was given. The values of Secrets are never known. A value that is a
 * URL names the host after the `@` of its user, or after its `//`.
 */
export function originsOf(patient: Patient, {name: container, spec, specPath, editPath}: ContainerView, word: string): Origin[] {
  const {pod, owner} = patient
  const origins: Origin[] = []
  for (const [i, variable] of (spec.env ?? []).entries()) {
    const {name, value, valueFrom} = variable
    if (value !== undefined && holds(value, word)) {
      origins.push({words: `env ${name} of container "${container}"`, evidence: patient.cite(pod, `${specPath}.env[${i}].value`), change: to => ({
        action: `Set ${name} to ${quoted(replaced(value, word, to))}`,
        ...(owner.templatePointer !== undefined && !MASKED.test(value) && changing(owner, [['kubectl', 'set', 'env', wordOf(owner.ref), '-c', container, `${name}=${replaced(value, word, to)}`]])),
      })})
    }
    const ref = valueFrom?.configMapKeyRef
    if (ref?.name !== undefined) origins.push(...inConfigMap(patient, ref.name, [ref.key], word))
  }
  for (const {configMapRef} of spec.envFrom ?? []) if (configMapRef?.name !== undefined) origins.push(...inConfigMap(patient, configMapRef.name, undefined, word))
  for (const field of ['command', 'args'] as const) {
    for (const [i, text] of (spec[field] ?? []).entries()) {
      if (!holds(text, word)) continue
      origins.push({words: `the ${field === 'args' ? 'arguments' : 'command'} of container "${container}"`, evidence: patient.cite(pod, `${specPath}.${field}[${i}]`), change: to => ({
        action: `Write ${quoted(to)} instead of ${quoted(word)} into the ${field === 'args' ? 'arguments' : 'command'} of container "${container}"`,
        ...(!MASKED.test(text) && editTemplate(patient, [{path: `${editPath}.${field}[${i}]`, to: replaced(text, word, to)}])),
      })})
    }
  }
  const mounted = new Set((spec.volumeMounts ?? []).map(({name}) => name))
  for (const {kind, name, keys, volume} of volumeReferences(patient)) {
    // The certificates that every pod gets are no setting.
    if (kind === 'ConfigMap' && name !== 'kube-root-ca.crt' && volume !== undefined && mounted.has(volume)) origins.push(...inConfigMap(patient, name, keys.length > 0 ? keys.map(({key}) => key) : undefined, word))
  }
  return origins
}

/** Longer values are files, which nobody wants to see in a command. */
const LONGEST = 300

function inConfigMap(patient: Patient, name: string, keys: string[] | undefined, word: string): Origin[] {
  const map = patient.find('ConfigMap', name)
  const entries = Object.entries(map?.data ?? {}).filter(([key, value]) => (keys === undefined || keys.includes(key)) && holds(value, word))
  return entries.map(([key, value]) => ({
    words: `key "${key}" of ConfigMap "${name}"`, evidence: citeLine(patient, map!, key, word),
    change: to => ({
      action: `Write ${quoted(to)} instead of ${quoted(word)} into key "${key}" of ConfigMap "${name}", and restart ${wordOf(patient.owner.ref)}, which reads it when it starts`,
      ...(value.length <= LONGEST && !MASKED.test(value) && patient.owner.templatePointer !== undefined && patient.owner.ref.kind !== 'CronJob' && changing(patient.owner, [
        ['kubectl', 'patch', `configmap/${name}`, '--type=merge', '-p', JSON.stringify({data: {[key]: replaced(value, word, to)}})],
        ['kubectl', 'rollout', 'restart', wordOf(patient.owner.ref)],
      ])),
    }),
  }))
}

/** Of a file only the line that holds the word is quoted. */
export function citeLine(patient: Patient, map: KubeObject, key: string, word: string): Evidence {
  const whole = patient.cite(map, `data["${key}"]`)
  const text = String('value' in whole ? whole.value : '')
  const lines = text.split('\n')
  const line = lines.findIndex(line => line.includes(word))
  return lines.length < 2 || line < 0 || !('value' in whole) ? whole : {...whole, value: lines[line]!.trim()}
}

const quoted = (text: string) => quote(text) === text ? text : `"${text}"`

const escaped = (word: string) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
/** A whole word, but not a scheme, and not a user before an `@`. */
const pattern = (word: string) => new RegExp(String.raw`(?<![\w.-])${escaped(word)}(?![\w-]|\.\w|:\/\/|:[^\s@/]*@|@)`, 'g')
const holds = (text: string, word: string) => pattern(word).test(text)
const replaced = (text: string, word: string, to: string) => text.replaceAll(pattern(word), () => to)
