import {editTemplate, wordOf} from './fix.js'
import {nearMisses, STRONG} from './near-miss.js'
import type {Patient} from './patient.js'
import {keysOf, lookalikes, suggestion, volumeReferences, type Reference} from './references.js'
import type {Evidence, Fix, Symptom} from './types.js'

/**
 * The symptom of a reference to a ConfigMap or Secret that does not exist. `words` are the kubelet's; where they are gone
 * the absence itself is the proof. Nothing where the object can be read: it was created since.
 */
export function missingObject(patient: Patient, reference: Reference, words: Evidence[]): Symptom | undefined {
  const {kind, name, use, path, container, volume, keys, editPath} = reference
  const found = patient.find(kind, name)
  if (reference.optional || found || (found === undefined && words.length === 0)) return undefined
  const like = lookalikes(patient, kind, name, keys.map(({key}) => key))
  const field = path.endsWith('.secretName') ? 'secretName' : 'name'
  const change = like.best === undefined ? undefined : editTemplate(patient, [{path: `${editPath}.${field}`, to: like.best}])
  const fixes: Fix[] = [
    ...(like.best !== undefined && change ? [{action: `Name ${kind} "${like.best}" in ${wordOf(patient.owner.ref)}`, ...change}] : []),
    {action: `Create ${kind} "${name}" in namespace ${patient.namespace}${keys.length > 0 ? ` with ${keys.length === 1 ? 'key' : 'keys'} ${keys.map(({key}) => `"${key}"`).join(', ')}` : ''}${
      like.elsewhere.length > 0 ? `: copy the one of namespace ${like.elsewhere[0]}` : ''}`},
  ]
  return {
    ...(container !== undefined && {container}),
    ...(volume !== undefined && {about: volume}),
    summary: `${kind} "${name}" does not exist in namespace "${patient.namespace}" (${use})${suggestion(like)}.`,
    evidence: [...words, patient.cite(patient.pod, path), ...(found === null ? [patient.citeAbsence(kind, name)] : [])],
    fixes, culprit: {kind, namespace: patient.namespace, name},
  }
}

/** The symptom of a reference to a key that the ConfigMap or Secret does not have. Nothing where it has it by now. */
export function missingKey(patient: Patient, reference: Reference, wanted: {key: string, path: string}, words: Evidence[]): Symptom | undefined {
  const {kind, name, use, container, volume, editPath} = reference
  const object = patient.find(kind, name)
  const keys = object ? keysOf(object) : undefined
  if (reference.optional || object === null || keys?.includes(wanted.key) || (!keys && words.length === 0)) return undefined
  const ranked = nearMisses(wanted.key, keys ?? [])
  const best = (ranked[0]?.score ?? 0) >= STRONG ? ranked[0]?.name : undefined
  const item = /\.items\[\d+\]\.key$/.test(wanted.path) ? `items[${/items\[(\d+)\]\.key$/.exec(wanted.path)?.[1]}].key` : 'key'
  const change = best === undefined ? undefined : editTemplate(patient, [{path: `${editPath}.${item}`, to: best}])
  return {
    ...(container !== undefined && {container}),
    ...(volume !== undefined && {about: volume}),
    summary: `${kind} "${name}" has no key "${wanted.key}" (${use})${
      best !== undefined ? `; it has "${best}"` : keys === undefined ? '' : keys.length === 0 ? '; it is empty' : `; it has ${keys.slice(0, 6).join(', ')}`}.`,
    evidence: [...words, patient.cite(patient.pod, wanted.path), ...(object ? patient.citeKeys(object) : [])],
    fixes: [
      ...(best !== undefined && change ? [{action: `Ask for key "${best}" in ${wordOf(patient.owner.ref)}`, ...change}] : []),
      {action: `Add key "${wanted.key}" to ${kind} "${name}"`},
    ],
    culprit: {kind, namespace: patient.namespace, name, part: wanted.key},
  }
}

/**
 * The words of the kubelet name a ConfigMap, a Secret or a key that is there by now: it has not looked again yet. The end of a
 * sentence about who waits; undefined where the words still hold, or nobody could look.
 */
export function madeSince(patient: Patient, words: string): string | undefined {
  const [, object, missing] = /\b(configmap|secret) "([^"]+)" not found/.exec(words) ?? []
  const [, inEnvironment, kept, holder] = /couldn't find key (\S+) in (ConfigMap|Secret) [^/\s]+\/(\S+)/.exec(words) ?? []
  const [, inVolume] = /references non-existent (?:config|secret) key: ([^\s,\]]+)/.exec(words) ?? []
  const key = inEnvironment ?? inVolume
  const mounted = volumeReferences(patient).find(({keys}) => keys.some(wanted => wanted.key === inVolume))
  const said = (object ?? kept)?.toLowerCase()
  const kind = said === undefined ? mounted?.kind ?? 'ConfigMap' : said === 'secret' ? 'Secret' : 'ConfigMap'
  const name = missing ?? holder ?? mounted?.name
  const found = name === undefined ? undefined : patient.find(kind, name)
  if (!found || (key !== undefined && !keysOf(found).includes(key))) return undefined
  return `${kind} "${name}"${key === undefined ? '' : ` with key "${key}"`}, which is there by now; the kubelet tries again within two minutes`
}
