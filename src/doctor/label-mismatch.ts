import type {Edit} from './fix.js'
import {nearMisses, STRONG} from './near-miss.js'
import {fulfils, requirementWord, valueOf, waysOf, type Requirement} from './node-selection.js'
import type {Patient} from './patient.js'
import {listed, some} from './report/layout.js'
import type {Candidate, Placement} from './scheduling.js'

/** The node that comes nearest to what the pod asks for, and what it lacks. */
export interface Mismatch {
  /** All that is asked for together. */
  way: Requirement[]
  node: Candidate
  unmet: Requirement[]
  /** What was probably meant, for each that is not met. */
  meant: (Meant | undefined)[]
}

/** A label that a node has, where a requirement misses it by a few letters. */
interface Meant {
  edits: Edit[]
  /** `disktype=ssd` */
  word: string
  /** Where the near miss stands on the node. */
  key: string
}

/** Undefined for a pod that asks for nothing. Near misses come before mere counts: they tell what was meant. */
export function mismatchOf({pod}: Patient, {all}: Placement): Mismatch | undefined {
  const found = waysOf(pod.spec).flatMap(way => all.map((node): Mismatch => {
    const unmet = way.filter(requirement => !fulfils(requirement, node.node))
    return {way, node, unmet, meant: unmet.map(requirement => meantBy(requirement, way, node))}
  }))
  const open = ({unmet, meant}: Mismatch) => unmet.length - meant.filter(Boolean).length
  return found.filter(({unmet}) => unmet.length > 0)
    .toSorted((a, b) => open(a) - open(b) || a.unmet.length - b.unmet.length || a.node.blockers.length - b.node.blockers.length)[0]
}

/** The label of the node that the requirement may have meant: the key or one value misspelt, not both. A key that is asked for beside it is another label. */
function meantBy(requirement: Requirement, way: Requirement[], {node}: Candidate): Meant | undefined {
  const {key, operator, values, path, field} = requirement
  if (operator !== 'In' && operator !== 'Exists') return undefined
  const labels = node.metadata?.labels ?? {}
  const selector = path === `nodeSelector["${key}"]`
  const value = valueOf(requirement, node)
  if (value !== undefined) {
    const index = values.findIndex(wanted => (nearMisses(wanted, [value])[0]?.score ?? 0) >= STRONG && !isOtherNumber(wanted, value))
    return index < 0 ? undefined : {word: `${field ? 'name' : key}=${value}`, key, edits: [{path: selector ? path : `${path}.values[${index}]`, to: value}]}
  }
  const near = nearMisses(key, Object.keys(labels)).find(({name, score}) => score >= STRONG && !way.some(({key}) => key === name) && (operator === 'Exists' || values.includes(labels[name]!)))?.name
  return near === undefined ? undefined : {
    word: `${near}=${labels[near]}`, key: near,
    edits: selector ? [{path, remove: true}, {path: `nodeSelector["${near}"]`, to: values[0]}] : [{path: `${path}.key`, to: near}],
  }
}

/** `worker-1` and `worker-2`, `eu-1a` and `eu-1d`: names that were made to differ in a number or a letter, and are no misspelling of each other. */
function isOtherNumber(a: string, b: string): boolean {
  const [x, y] = [a, b].map(name => name.split(/[-_.]|(?<=\D)(?=\d)/)) as [string[], string[]]
  const different = x.flatMap((token, i) => token === y[i] ? [] : [[token, y[i] ?? '']])
  return x.length === y.length && different.every(pair => pair.every(token => token.length <= 2 || /^\d+$/.test(token)))
}

/** What no node has, and what there is instead: the middle of a sentence. */
export function missingWords({way, node, unmet, meant}: Mismatch, {all}: Placement): {missing: string, instead: string} {
  const [first] = unmet
  const words = listed(unmet.map(requirementWord))
  const near = meant.flatMap(one => one ?? [])
  const like = all.filter(({node}) => near.length > 0 && near.every(({key, word}) => `${key}=${node.metadata?.labels?.[key]}` === word))
  const have = like.length > 0 ? `; ${some(like.map(({name}) => name), 4)} ${like.length === 1 ? 'has' : 'have'} ${listed(near.map(({word}) => word))}` : ''
  if (unmet.length > 1 || all.some(({node}) => fulfils(first!, node))) {
    const there = unmet.map(requirement => valueOf(requirement, node.node) === undefined ? `no label ${requirement.key}` : `${requirement.key}=${valueOf(requirement, node.node)}`)
    return {missing: `${listed(way.map(requirementWord))} together`, instead: have || `; "${node.name}" comes nearest, with ${listed(there)}`}
  }
  const values = [...new Set(all.flatMap(({node}) => valueOf(first!, node) ?? []))].toSorted()
  const known = first!.field ? `; there ${values.length === 1 ? 'is' : 'are'}` : `; ${values.length === 1 ? 'the only value is' : 'the values are'}`
  return {missing: words, instead: have || (values.length > 0 ? `${known} ${some(values, 4)}` : '')}
}

/** Labels that say where and what a node is. To write another value there would be a lie on which others rely. */
const TRUTHS = /^(?:[\w.-]*\.)?(?:kubernetes|k8s)\.io\//

/** The labels that would make the node right, as kubectl takes them; undefined where a label would have to be changed, or would be a lie. */
export function labelsFor(way: Requirement[], {node}: Candidate): string[] | undefined {
  const lacking = way.filter(requirement => !fulfils(requirement, node))
  const given = Object.fromEntries(lacking.map(({key, values}) => [key, values[0] ?? '']))
  const labelled = {...node, metadata: {...node.metadata, labels: {...node.metadata?.labels, ...given}}}
  return way.every(requirement => fulfils(requirement, labelled))
    && lacking.every(({key, operator, field}) => operator === 'In' && !field && !TRUTHS.test(key) && node.metadata?.labels?.[key] === undefined)
    ? Object.entries(given).map(([key, value]) => `${key}=${value}`) : undefined
}

/** What else can be done where nothing was misspelt: what the nodes have that would take the pod, if it asked for that. */
export function otherWays({way, unmet, node: {node}}: Mismatch, willing: Candidate[], owner: string): string {
  const add = `add a node with ${listed(unmet.map(requirementWord))}`
  const [first] = unmet
  const carriers = unmet.length === 1 && !first!.field ? willing.filter(candidate => valueOf(first!, candidate.node) !== undefined && way.every(other => (other === first) !== fulfils(other, candidate.node))) : []
  const values = [...new Set(carriers.map(candidate => valueOf(first!, candidate.node)!))].toSorted()
  return values.length > 0 ? `Ask for ${first!.key}=${listed(values, 'or')} in ${owner}, as ${some(carriers.map(({name}) => name), 4)} ${carriers.length === 1 ? 'has' : 'have'}, or ${add}`
    : first!.field ? `Name a node that exists in ${owner}, or leave the name out` : `${add.replace('add', 'Add')}, or ask for what a node like "${node.metadata?.name}" has in ${owner}`
}
