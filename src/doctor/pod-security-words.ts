import type {Violation} from './pod-security.js'
import {listed} from './report/layout.js'

/** The label by which a namespace says which level it enforces. */
export const ENFORCE = 'pod-security.kubernetes.io/enforce'
/** pod-security-admission/admission/admission.go: `violates PodSecurity "restricted:latest": CONTROL (DETAIL), CONTROL (DETAIL)`. */
export const VIOLATES = /violates PodSecurity "([a-z]+):[^"]*": (.*)/s

export type Forbidden = Pick<Violation, 'control' | 'detail'>

/** The list behind {@link VIOLATES}, which is parted by commas outside of parentheses. */
export function forbiddenIn(list: string): Forbidden[] {
  const forbidden: Forbidden[] = []
  let [depth, start] = [0, 0]
  for (let i = 0; i <= list.length; i++) {
    if (list[i] === '(') depth++
    if (list[i] === ')') depth--
    if (i < list.length && !(list[i] === ',' && depth === 0)) continue
    const [, control = '', detail = ''] = /^\s*(.*?)(?: \((.*)\))?\s*$/s.exec(list.slice(start, i)) ?? []
    if (control !== '') forbidden.push({control, detail})
    start = i + 1
  }
  return forbidden
}

/** `pod or container "a" must set …`, `containers "a", "b" must not include …`, `pod and container "a" must not set …`. */
const DEMAND = /^(?:pod or )?(.*?) must (not set|not include|set) (.*)$/s

/** The names of all containers that the words blame. */
export const blamed = (forbidden: Forbidden[]): string[] => [...new Set(forbidden.flatMap(({detail}) =>
  detail.split('; ').flatMap(part => [...(/\bcontainers? ((?:"[^"]+"(?:, )?)+)/.exec(part)?.[1] ?? '').matchAll(/"([^"]+)"/g)].map(([, name]) => name!))))]

/** All of it as one clause: `container "web" must set a=false and b=true and must not set c=true; they must not use host namespaces (hostNetwork=true)`. */
export function demands(forbidden: Forbidden[]): string {
  const byContainer = new Map<string, Map<string, Set<string>>>()
  const others: string[] = []
  for (const {control, detail} of forbidden) {
    for (const part of detail.split('; ')) {
      const [, who, verb, what] = DEMAND.exec(part) ?? []
      if (who === undefined || verb === undefined || what === undefined) {
        others.push(`${control.replace(/^forbidden |^restricted /, '')}${part === '' ? '' : ` (${part})`}`)
        continue
      }
      const demand = what.replace(/^securityContext\./, '').replace(' in securityContext.', ' in ')
      for (const name of [...(who.startsWith('pod') ? ['the pod'] : []), ...[...who.matchAll(/"([^"]+)"/g)].map(([name]) => name)]) {
        const verbs = byContainer.get(name) ?? new Map<string, Set<string>>()
        byContainer.set(name, verbs.set(verb, (verbs.get(verb) ?? new Set()).add(demand)))
      }
    }
  }
  const clauses = new Map<string, string[]>()
  for (const [name, verbs] of byContainer) {
    const clause = [...verbs].map(([verb, what]) => `must ${verb} ${listed([...what])}`).join(' and ')
    clauses.set(clause, [...clauses.get(clause) ?? [], name])
  }
  const subject = (names: string[]) => names[0] === 'the pod' ? listed(names) : `container${names.length === 1 ? '' : 's'} ${listed(names)}`
  return [...[...clauses].map(([clause, names]) => `${subject(names)} ${clause}`), ...(others.length > 0 ? [`they must not use ${listed([...new Set(others)], 'or')}`] : [])].join('; ')
}
