import {wordOf} from './fix.js'
import {requirementWord, waysOf} from './node-selection.js'
import type {Patient} from './patient.js'
import {podTermsOf, selectorWord} from './pod-affinity.js'
import {listed, some} from './report/layout.js'
import {isExtended, requestsOf} from './resources.js'
import type {Candidate, Placement} from './scheduling.js'
import type {Evidence} from './types.js'

/** The scheduler's own words, where it has left some, and why the cluster-autoscaler adds no node for the pod. */
export const schedulerWords = (patient: Patient): Evidence[] => {
  const condition = patient.condition('PodScheduled')
  const [refused] = patient.events('NotTriggerScaleUp')
  return [...(condition ? patient.citeIfPresent(patient.pod, `${condition.path}.message`) : []), ...(refused ? patient.citeIfPresent(refused, 'message') : [])]
}

/** Whom no node takes, for sentences: a pod by its name, or the pods of a workload, whose own names are made up. */
export const theirWord = ({owner: {ref}}: Patient): string => ref.kind === 'Pod' ? `pod "${ref.name}"` : `the pods of ${wordOf(ref)}`

/** Where a person changes what the pod asks for. A pod or Job that exists keeps its spec: only its manifest can be changed, for the next one. */
export const manifestWord = ({owner: {ref, templatePointer}}: Patient): string => `${templatePointer === undefined ? 'the manifest of ' : ''}${wordOf(ref)}`

/** The verb for {@link theirWord}: pods `ask`, one pod `asks`. */
export const verb = ({owner: {ref}}: Patient, plural: string, singular = `${plural}s`): string => ref.kind === 'Pod' ? singular : plural

export const namesOf = (nodes: Candidate[], most = 4): string => some(nodes.map(({name}) => name), most)

export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** What ties the pod to some of the nodes, in words: `disktype=ssd and zone=eu-1b`; undefined where it may go anywhere. */
export function tieOf({pod}: Patient, {asked, all}: Placement): string | undefined {
  if (asked.length === all.length) return undefined
  const ways = waysOf(pod.spec)
  const devices = [...requestsOf(pod)].filter(([resource, amount]) => amount > 0n && isExtended(resource)).map(([resource]) => resource)
  const words = ways.length > 1 ? ['a fitting label'] : [...new Set(ways.flat().map(requirementWord))]
  const near = podTermsOf(pod, 'podAffinity').map(({selector}) => `a pod of ${selectorWord(selector)}`)
  return listed([...words, ...near, ...(ways.length > 1 ? [] : devices)]) || undefined
}

/** The nodes as the subject of a sentence, and why there are no others: `Node "worker-c", the only one with disktype=ssd,`. */
export function groupWord(patient: Patient, placement: Placement, nodes: Candidate[]): string {
  const one = nodes.length === 1
  const group = one ? `Node "${nodes[0]!.name}"` : `Nodes ${namesOf(nodes)}`
  if (nodes.length < placement.asked.length) return group
  if (nodes.length === placement.all.length) return one ? `${group}, the only one there is,` : `All nodes (${namesOf(nodes)})`
  const tie = tieOf(patient, placement)
  return tie === undefined ? group : `${group}, the only one${one ? '' : 's'} with ${tie},`
}
