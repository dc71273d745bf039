import type {Pod} from '../kube/types.js'
import {isSibling, otherWord, ownerWord} from './blocked-words.js'
import type {Edit} from './fix.js'
import {nearMisses, scoreOf, STRONG} from './near-miss.js'
import {ACTIVE_PODS} from './node-filters.js'
import type {Patient} from './patient.js'
import {covers, type PodTerm} from './pod-affinity.js'
import {listed} from './report/layout.js'
import {matches} from './selector.js'

/** Why no node has the pod that a pod affinity asks for, as the rest of a sentence; the change that finds it; the object to quote. */
export interface Absence {
  words: string
  /** What has to be asked for instead, and where. */
  meant?: {word: string, edits: Edit[]}
  pods: Pod[]
}

/**
 * Looks for the pods that were meant: the same labels in another namespace, the right pods without a node, pods of this namespace
 * whose labels differ in a few letters, and last what else there is under the key.
 */
export function absenceOf(patient: Patient, term: PodTerm): Absence {
  const {cluster, namespace} = patient
  const selector = term.selector ?? {}
  const all = (cluster.list('Pod', {fieldSelector: ACTIVE_PODS}) ?? []).filter(pod => pod !== patient.pod && !isSibling(patient, pod))
  const right = all.filter(pod => covers(term, pod, cluster))
  const waiting = right.filter(({spec}) => !spec?.nodeName)
  if (waiting.length > 0) return {words: `; ${otherWord(waiting[0]!, namespace)} has it and waits for a node itself`, pods: waiting.slice(0, 1)}
  const elsewhere = all.filter(({metadata}) => matches(selector, metadata?.labels) && metadata?.namespace !== namespace)
  if (elsewhere.length > 0) {
    const namespaces = [...new Set(elsewhere.map(({metadata}) => metadata?.namespace ?? ''))].toSorted()
    const edits: Edit[] = namespaces.length === 1 ? [{path: `${term.path}.namespaces`, to: namespaces}] : []
    return {words: `; ${otherWord(elsewhere[0]!, namespace)} has it, and the term names no namespace but ${listed(term.namespaces)}`,
      ...(edits.length > 0 && {meant: {word: `namespaces: [${namespaces[0]}]`, edits}}), pods: elsewhere.slice(0, 1)}
  }
  const here = all.filter(({metadata}) => term.namespaces.includes(metadata?.namespace ?? 'default'))
  const near = nearLabel(term, here)
  if (near) return {words: `; ${otherWord(near.pod, namespace)} of ${ownerWord(cluster, near.pod, namespace)} has ${near.word}`, meant: near, pods: [near.pod]}
  const [key] = Object.keys(selector.matchLabels ?? {})
  const values = [...new Set(here.flatMap(({metadata}) => (key === undefined ? undefined : metadata?.labels?.[key]) ?? []))].toSorted()
  return {words: values.length === 0 ? '' : `; the values of ${key} there are ${listed(values.slice(0, 4))}${values.length > 4 ? ' and others' : ''}`, pods: []}
}

/** A pod that would match if one label of the selector were spelt as the pod has it: another value of a few letters' difference, or another key with that value. */
function nearLabel({selector = {}, path}: PodTerm, pods: Pod[]): {pod: Pod, word: string, edits: Edit[]} | undefined {
  const wanted = [
    ...Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({key, values: [value], at: `${path}.labelSelector.matchLabels["${key}"]`, label: true})),
    ...(selector.matchExpressions ?? []).map(({key, operator, values = []}, i) => ({key, values: operator === 'In' ? values : [], at: `${path}.labelSelector.matchExpressions[${i}]`, label: false})),
  ].filter(({values}) => values.length > 0)
  for (const {key, values, at, label} of wanted) {
    const rest = {matchLabels: Object.fromEntries(Object.entries(selector.matchLabels ?? {}).filter(([other]) => !(label && other === key))),
      matchExpressions: (selector.matchExpressions ?? []).filter(expression => label || expression.key !== key)}
    const candidates = pods.filter(({metadata}) => matches(rest, metadata?.labels))
    const alike = candidates.map(pod => ({pod, value: pod.metadata?.labels?.[key], score: Math.max(0, ...values.map(value => scoreOf(value, pod.metadata?.labels?.[key] ?? '')))}))
      .filter(({value, score}) => value !== undefined && score > 0).toSorted((a, b) => b.score - a.score)
    const [misspelt] = alike
    // A part of the name alone is enough only where there is one such value.
    if (misspelt && (misspelt.score >= STRONG || alike.every(({value}) => value === misspelt.value))) return {pod: misspelt.pod, word: `${key}=${misspelt.value}`, edits: [label ? {path: at, to: misspelt.value} : {path: `${at}.values[0]`, to: misspelt.value}]}
    for (const pod of candidates) {
      const labels = pod.metadata?.labels ?? {}
      const other = nearMisses(key, Object.keys(labels)).find(({name, score}) => score >= STRONG && values.includes(labels[name]!))?.name
        ?? Object.keys(labels).find(name => sameEnd(name, key) && values.includes(labels[name]!))
      if (other !== undefined) return {pod, word: `${other}=${labels[other]}`, edits: label ? [{path: at, remove: true}, {path: `${path}.labelSelector.matchLabels["${other}"]`, to: values[0]}] : [{path: `${at}.key`, to: other}]}
    }
  }
  return undefined
}

/** `name` and `app.kubernetes.io/name`; `app` and `app.kubernetes.io/name` are the same to many, too. */
const sameEnd = (a: string, b: string): boolean => a.split('/').at(-1) === b.split('/').at(-1) || [a, b].toSorted().join() === 'app,app.kubernetes.io/name'
