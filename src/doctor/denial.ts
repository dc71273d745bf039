import {changeTemplate} from './admission.js'
import {valueAt} from './cite.js'
import {wordOf} from './fix.js'
import {nearMisses, STRONG} from './near-miss.js'
import type {Fix} from './types.js'
import type {Workload} from './workload.js'

const KEY = String.raw`[\\"'\x60{[<(]*([A-Za-z][\w./-]*[\w-])`
/** What policies say when something is not there: `label "team" is required`, `you must provide labels: {"team"}`, `missing required annotation owner`. */
const WANTED = [
  new RegExp(String.raw`\b(label|annotation)s? ${KEY}[\\"'\x60}\]>)]* (?:is|are|must be) (?:required|missing|mandatory|set|present)`, 'i'),
  new RegExp(String.raw`(?:missing|lacks?|requires?|must (?:have|provide|contain|set|define))(?: (?:the|a|an|required|following|mandatory))* (label|annotation)s?:? ${KEY}`, 'i'),
]
/** Words that the patterns could take for a key. */
const NO_KEY = /^(?:is|are|and|or|in|on|of|to|for|from|with|must|the|not|named|key|keys|called)$/i

/** What a policy that has denied the pods asks for, as a change of the template; else its own words as the task. */
export function satisfying(workload: Workload, words: string, by: string): Fix[] {
  const {owner, templated, templatePath, object} = workload
  const [, what = '', key = ''] = WANTED.map(pattern => pattern.exec(words)).find(match => match && !NO_KEY.test(match[2]!)) ?? []
  const field = `${what.toLowerCase()}s`
  const path = templatePath.replace(/\.spec$/, `.metadata.${field}`)
  const own = valueAt(templated, path) as Record<string, string> | undefined
  if (key === '' || own?.[key] !== undefined) return [{action: `Change the template of ${wordOf(owner.ref)} to what ${by} asks for: ${words.replace(/\.$/, '')}`}]
  const [near] = nearMisses(key, Object.keys(own ?? {}).filter(name => name !== key))
  const typed = near && near.score >= STRONG ? near.name : undefined
  const value = typed === undefined ? (valueAt(owner.object ?? object, `metadata.${field}`) as Record<string, string> | undefined)?.[key] : own?.[typed]
  const pointer = owner.templatePointer?.split('/').slice(1, -1)
  const patch = value === undefined || !pointer ? undefined : JSON.stringify([...pointer, 'metadata', field].reduceRight<unknown>((inner, name) => ({[name]: inner}), {[key]: value}))
  const change = patch === undefined ? undefined : changeTemplate(workload, word => ['kubectl', 'patch', word, '-p', patch])
  const where = value === undefined ? '' : typed === undefined ? `; ${wordOf(owner.ref)} has it, but its pods get only what stands in the template` : `; it has "${typed}"`
  return [{action: `Give the template of ${wordOf(owner.ref)} the ${what.toLowerCase()} "${key}"${value === undefined ? '' : ` with the value "${value}"`}${where}${
    owner.templatePointer === undefined ? '; it cannot be changed in place, so it has to be created anew' : ''}`, ...change}]
}
