import {changedByRevision} from './revision-change.js'
import {onlySome} from './replicas.js'
import {ownFrame, type LogLine} from './telling-line.js'
import type {ContainerView, Ended, Patient} from './patient.js'
import {age} from './triage.js'
import type {Evidence, Fix} from './types.js'
import {originsOf, type Origin} from './value-origin.js'

/** What stands around an end that only the log explains. */
export interface Context {
  /** Sentences, each with its full stop. */
  sentences: string[]
  evidence: Evidence[]
}

/** Words in quotes, and what stands alone after a colon or an equals sign. */
const TOKENS = /"([^"]{2,80})"|'([^']{2,80})'|`([^`]{2,80})`|(?:: |=)([^\s/"'`:,;]{3,80})\.?$/g
/** Words that anything may hold, and names of variables, which are no values. */
const COMMON = /^(?:[A-Z][A-Z0-9_]+|true|false|null|nil|none|error|main|utf-?8|\d)$/

/** Where a word that the error quotes was given to the program. A shell's script is not asked: it may print any word. */
export function originOfWord(patient: Patient, container: ContainerView, {text}: LogLine): {word: string, origin: Origin} | undefined {
  for (const found of text.matchAll(TOKENS)) {
    const word = found.slice(1).find(token => token !== undefined) ?? ''
    if (COMMON.test(word)) continue
    const [origin] = originsOf(patient, container, word).filter(({words}) => !/^the (?:command|arguments)/.test(words) || !/(?:^|\/)(?:ba|da|a)?sh$/.test(container.spec.command?.[0] ?? ''))
    if (origin) return {word, origin}
  }
  return undefined
}

/** The frame of a panic, where a quoted value comes from, what the newer revision changed, or which other replicas run: what the log of one container does not say. */
export function contextOf(patient: Patient, container: Ended, line: LogLine | undefined): Context {
  const frame = line && ownFrame(line)
  const given = line && originOfWord(patient, container, line)
  const revision = changedByRevision(patient, container.name)
  const replicas = revision === undefined ? onlySome(patient) : undefined
  const told = given && !line.text.includes(/^(?:env|key) "?([^" ]+)/.exec(given.origin.words)?.[1] ?? '\0')
  return {
    sentences: [...(frame === undefined ? [] : [`It happened in ${frame}.`]), ...(revision !== undefined ? [revision] : told ? [`"${given.word}" stands in ${given.origin.words.replace(` of container "${container.name}"`, '')}${changed(patient, given.origin)}.`] : []),
      ...(replicas && !told ? [replicas.words] : [])],
    evidence: [...(given ? [given.origin.evidence] : []), ...(replicas?.evidence ?? [])],
  }
}

/** A summary that may have no full stop of its own, and the sentences after it. */
export const followed = (text: string, {sentences}: Context): string => sentences.length > 0 ? `${text.replace(/\.*$/, '')}. ${sentences.join(' ')}` : text

/** A ConfigMap that was changed after it was made, and not long ago. */
export function changed({cluster, namespace}: Patient, {words}: Origin): string {
  const name = /ConfigMap "([^"]+)"/.exec(words)?.[1]
  const {managedFields = [], creationTimestamp = ''} = (name === undefined ? undefined : cluster.find('ConfigMap', name, namespace))?.metadata ?? {}
  const last = managedFields.map(({time = ''}) => time).toSorted().at(-1) ?? ''
  return last > creationTimestamp && cluster.now - Date.parse(last) < 24 * 3600_000 ? `, which was changed ${age(last, cluster.now)} before this was read` : ''
}

/** A copy of the pod in which the container runs a shell instead of its program, for one that says nothing. */
export const debugCopy = ({ref}: Patient, {name}: ContainerView): Fix => ({
  action: `It writes nothing to its standard output: look into a copy of the pod, in which container "${name}" runs a shell, for a log file and for what the program needs`,
  commands: [['kubectl', 'debug', ref.name, `--copy-to=${ref.name.slice(0, 50)}-debug`, `--container=${name}`, '-it', '--', 'sh']], effect: 'creates',
})
