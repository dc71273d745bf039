import type {ContainerView, Patient} from './patient.js'
import {keysOf} from './references.js'

/** A placeholder that reached the program as it was written. */
export interface Placeholder {
  /** `$(DB_HOST)`, `{{ .Values.db.host }}` */
  text: string
  /** The variable that it names, where it names one. */
  variable?: string
  /** Where it stands, in words: `env DB_URL`, `the arguments`. */
  where: string
  /** For evidence. */
  path: string
  /** For a patch of the template. */
  editPath: string
  value: string
  why: string
  /** The variables that are known where it stands. */
  known: string[]
}

/** What the kubelet expands in `env`, `command` and `args`; `$$(X)` is an escape. Commands of a shell (`$(date)`) are no identifiers in capitals. */
const KUBELET = /(?<!\$)\$\(([A-Za-z_][\w.-]*)\)/g
const SHELL = /\$\{([A-Za-z_]\w*)\}/g
/** Left over from Helm, which writes `<no value>` for what it does not know. */
const TEMPLATE = /\{\{-?\s*(?:\.(?:Values|Release|Chart)|include|tpl|printf|default)\b[^}]*\}\}|<no value>/g

/** Placeholders in what a container was given that nobody has replaced. Variables of a ConfigMap or Secret that nobody could look at may be there. */
export function placeholdersOf(patient: Patient, {spec, specPath, editPath}: ContainerView): Placeholder[] {
  const fromOthers = (spec.envFrom ?? []).map(({configMapRef, secretRef, prefix = ''}) => {
    const source = configMapRef ? patient.find('ConfigMap', configMapRef.name ?? '') : patient.find('Secret', secretRef?.name ?? '')
    return source && keysOf(source).map(key => `${prefix}${key}`)
  })
  const looked = fromOthers.every(keys => keys !== undefined)
  const before = fromOthers.flatMap(keys => keys ?? [])
  const names = (spec.env ?? []).map(({name}) => name)
  const found: Placeholder[] = []
  const scan = (value: string, place: Pick<Placeholder, 'where' | 'path' | 'editPath'>, known: string[], shell: boolean) => {
    const add = (text: string, why: string, variable?: string) => found.push({text, value, why, known, ...place, ...(variable !== undefined && {variable})})
    for (const [text, variable = ''] of value.matchAll(KUBELET)) {
      if (known.includes(variable) || /_SERVICE_(?:HOST|PORT)|_PORT(?:_|$)/.test(variable) || !looked || (shell && variable !== variable.toUpperCase())) continue
      add(text, names.includes(variable) ? `${variable} is defined after it, and only earlier variables are put in` : `no variable of that name is defined`, variable)
    }
    if (!shell) for (const [text, variable] of value.matchAll(SHELL)) add(text, `Kubernetes only replaces $(${variable}), with round brackets`, variable)
    for (const [text] of value.matchAll(TEMPLATE)) add(text, 'a template was not rendered')
  }
  for (const [i, {name, value}] of (spec.env ?? []).entries()) {
    if (value !== undefined) scan(value, {where: `env ${name}`, path: `${specPath}.env[${i}].value`, editPath: `${editPath}.env[${name}].value`}, [...before, ...names.slice(0, i)], false)
  }
  const shell = /(?:^|\/)(?:ba|da|a|z)?sh$/.test(spec.command?.[0] ?? '')
  for (const field of ['command', 'args'] as const) {
    for (const [i, value] of (spec[field] ?? []).entries()) {
      scan(value, {where: field === 'args' ? 'the arguments' : 'the command', path: `${specPath}.${field}[${i}]`, editPath: `${editPath}.${field}[${i}]`}, [...before, ...names], shell)
    }
  }
  return found
}
