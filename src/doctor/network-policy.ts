import type {Kinds, Pod} from '../kube/types.js'
import type {Obstacle} from './destination.js'
import {formatSelector, matches, type LabelSelector} from './selector.js'
import type {Subject} from './subject.js'

type Policy = Kinds['NetworkPolicy']
type Spec = NonNullable<Policy['spec']>
type Rule = {ports?: NonNullable<Spec['egress']>[number]['ports'], peers?: NonNullable<Spec['egress']>[number]['to']}

/** One end of a connection. Without a pod it is an address outside, or one that nobody knows. */
export interface Peer {
  pod?: Pod | undefined
  namespace?: string
  address?: string | undefined
}
/** The port at the pod, after the Service has been translated, and its protocol. */
export interface PolicyPort {port: number | undefined, name?: string | undefined, protocol: 'TCP' | 'UDP'}

type Answer = 'yes' | 'no' | 'unknown'

/**
 * The policy that keeps the pod from sending to (or receiving from) the peer. Policies add up: what one of them admits is admitted, and a pod that
 * none selects for that direction may do everything. Undefined where it is admitted, or where nobody could look.
 */
export function policyAgainst(subject: Subject, pod: Pod, direction: 'Egress' | 'Ingress', peer: Peer, to: PolicyPort): Policy | undefined {
  const namespace = pod.metadata?.namespace ?? 'default'
  const own = subject.list('NetworkPolicy', {namespace})?.filter(({spec}) => spec && matches(spec.podSelector ?? {}, pod.metadata?.labels) && typesOf(spec).includes(direction)) ?? []
  const verdicts = own.map(policy => rulesOf(policy, direction).map(rule => admits(subject, rule, namespace, peer, to)))
  if (own.length === 0 || verdicts.some(rules => rules.some(verdict => verdict !== 'no'))) return undefined
  // The one that was made for this peer or port, and misses it, is the one to mend.
  return own.toSorted((a, b) => rulesOf(b, direction).length - rulesOf(a, direction).length)[0]
}

const typesOf = ({policyTypes, egress}: Spec): string[] => policyTypes ?? ['Ingress', ...(egress ? ['Egress'] : [])]

const rulesOf = ({spec}: Policy, direction: 'Egress' | 'Ingress'): Rule[] => direction === 'Egress'
  ? (spec?.egress ?? []).map(({to, ports}) => ({peers: to, ports}) as Rule)
  : ((spec?.ingress ?? []) as {from?: Rule['peers'], ports?: Rule['ports']}[]).map(({from, ports}) => ({peers: from, ports}) as Rule)

function admits(subject: Subject, {ports, peers}: Rule, namespace: string, peer: Peer, to: PolicyPort): Answer {
  const port = !ports?.length ? 'yes' : either(ports.map(allowed => admitsPort(allowed, to)))
  if (port === 'no' || !peers?.length) return port
  const who = either(peers.map(({podSelector, namespaceSelector, ipBlock}): Answer => {
    if (ipBlock) return peer.address === undefined ? 'unknown' : inBlock(peer.address, ipBlock)
    if (!peer.pod && peer.namespace === undefined) return 'no'
    if (!namespaceSelector && peer.namespace !== namespace) return 'no'
    const space = namespaceSelector ? matchesNamespace(subject, peer.namespace ?? '', namespaceSelector) : 'yes'
    const labels: Answer = !podSelector ? 'yes' : peer.pod ? (matches(podSelector, peer.pod.metadata?.labels) ? 'yes' : 'no') : 'unknown'
    return space === 'no' || labels === 'no' ? 'no' : space === 'unknown' || labels === 'unknown' ? 'unknown' : 'yes'
  }))
  return who === 'yes' ? port : who
}

const either = (answers: Answer[]): Answer => answers.includes('yes') ? 'yes' : answers.includes('unknown') ? 'unknown' : 'no'

function admitsPort({port, endPort, protocol = 'TCP'}: NonNullable<Rule['ports']>[number], to: PolicyPort): Answer {
  if (protocol !== to.protocol) return 'no'
  if (port === undefined) return 'yes'
  if (typeof port === 'string' && Number.isNaN(Number(port))) return to.name === undefined ? 'unknown' : port === to.name ? 'yes' : 'no'
  if (to.port === undefined) return 'unknown'
  return endPort === undefined ? (Number(port) === to.port ? 'yes' : 'no') : to.port >= Number(port) && to.port <= endPort ? 'yes' : 'no'
}

/** Every namespace carries its own name as a label (since 1.22), also where its other labels cannot be read. */
function matchesNamespace(subject: Subject, name: string, selector: LabelSelector): Answer {
  const labels = subject.find('Namespace', name)?.metadata?.labels
  if (labels) return matches(selector, {'kubernetes.io/metadata.name': name, ...labels}) ? 'yes' : 'no'
  if (formatSelector(selector) === '') return 'yes'
  const only = Object.entries(selector.matchLabels ?? {})
  return only.length === 1 && !selector.matchExpressions?.length && only[0]![0] === 'kubernetes.io/metadata.name' ? (only[0]![1] === name ? 'yes' : 'no') : 'unknown'
}

function inBlock(address: string, {cidr, except = []}: {cidr: string, except?: string[]}): Answer {
  const inside = (block: string): boolean | undefined => {
    const [base = '', bits = '32'] = block.split('/')
    const [a, b] = [numberOf(address), numberOf(base)]
    return a === undefined || b === undefined ? undefined : Number(bits) === 0 || Math.floor(a / 2 ** (32 - Number(bits))) === Math.floor(b / 2 ** (32 - Number(bits)))
  }
  const answers = [inside(cidr), ...except.map(inside)]
  return answers.includes(undefined) ? 'unknown' : answers[0] && !answers.slice(1).includes(true) ? 'yes' : 'no'
}

function numberOf(address: string): number | undefined {
  const parts = address.split('.').map(Number)
  return parts.length === 4 && parts.every(part => part >= 0 && part < 256) ? parts.reduce((sum, part) => sum * 256 + part, 0) : undefined
}

/** What the policy does to the pod, which port or label it lacks, and a patch that admits just that. */
export function policyObstacle(subject: Subject, policy: Policy, direction: 'Egress' | 'Ingress', from: Pod, to: {words: string, peer: Peer, port: PolicyPort}): Obstacle {
  const {name = '', namespace = 'default'} = policy.metadata ?? {}
  const rules = rulesOf(policy, direction)
  const field = direction === 'Egress' ? 'egress' : 'ingress'
  const selected = selectorWords(policy.spec?.podSelector ?? {})
  const admitted = [...new Set(rules.map(rule => ruleWords(rule, direction)))]
  const ports = to.port.port === undefined ? [] : [{port: to.port.port, protocol: to.port.protocol}, ...(to.port.port === 53 ? [{port: 53, protocol: 'TCP'}] : [])]
  const rule = {...(ports.length > 0 && {ports}), ...peersFor(direction, from, to.peer, namespace)}
  const words = direction === 'Egress'
    ? `NetworkPolicy "${name}" lets ${selected} send ${admitted.length === 0 ? 'nothing at all' : `only ${admitted.join(' and ')}`}, so not ${to.words}`
    : `NetworkPolicy "${name}"${namespace === subject.namespace ? '' : ` of namespace "${namespace}"`} admits ${admitted.length === 0 ? 'nobody' : `only ${admitted.join(' and ')}`} to ${selected}, so not ${to.words}`
  return {
    words,
    evidence: [subject.cite(policy, 'spec.podSelector'), ...subject.citeIfPresent(policy, `spec.${field}`), ...subject.citeIfPresent(policy, 'spec.policyTypes')],
    fixes: [{
      action: `Add to NetworkPolicy "${name}"${namespace === subject.namespace ? '' : ` in namespace ${namespace}`} what is missing`,
      // Commands go to the namespace of the patient.
      ...(namespace === subject.namespace && {effect: 'changes-spec' as const, commands: [['kubectl', 'patch', `networkpolicy/${name}`, '--type=json', '-p', JSON.stringify(rules.length > 0
        ? [{op: 'add', path: `/spec/${field}/-`, value: rule}] : [{op: 'add', path: `/spec/${field}`, value: [rule]}])]]}),
    }],
    culprit: {kind: 'NetworkPolicy', namespace, name}, likely: true,
  }
}

function peersFor(direction: 'Egress' | 'Ingress', from: Pod, peer: Peer, namespace: string): object {
  const other = direction === 'Egress' ? peer.pod : from
  const space = direction === 'Egress' ? peer.namespace : from.metadata?.namespace ?? 'default'
  const labels = steady(other?.metadata?.labels ?? {})
  if (space === undefined) return {}
  const one = {
    ...(space !== namespace && {namespaceSelector: {matchLabels: {'kubernetes.io/metadata.name': space}}}),
    ...(Object.keys(labels).length > 0 ? {podSelector: {matchLabels: labels}} : space === namespace ? {podSelector: {}} : {}),
  }
  return {[direction === 'Egress' ? 'to' : 'from']: [one]}
}

/** Labels that a person has given, without those that a controller adds to every pod anew. */
export const steady = (labels: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([key]) => !/^(?:pod-template-hash|pod-template-generation|controller-revision-hash|controller-uid|job-name|statefulset\.kubernetes\.io\/.*|apps\.kubernetes\.io\/.*|batch\.kubernetes\.io\/.*)$/.test(key)))

const selectorWords = (selector: LabelSelector): string => formatSelector(selector) === '' ? 'all pods' : `pods with ${formatSelector(selector)}`

function ruleWords({ports, peers}: Rule, direction: 'Egress' | 'Ingress'): string {
  const at = ports?.length ? `port ${ports.map(({port, endPort}) => `${port ?? 'any'}${endPort === undefined ? '' : `-${endPort}`}`).join(', ')}` : undefined
  const who = (peers ?? []).map(({podSelector, namespaceSelector, ipBlock}) => ipBlock ? ipBlock.cidr
    : [podSelector || !namespaceSelector ? selectorWords(podSelector ?? {}) : 'pods', ...(namespaceSelector ? [formatSelector(namespaceSelector) === '' ? 'of all namespaces' : `of namespaces with ${formatSelector(namespaceSelector)}`] : [])].join(' '))
  const peer = who.length > 0 ? who.join(' or ') : direction === 'Egress' ? undefined : 'everybody'
  return direction === 'Egress' ? peer === undefined ? `to ${at ?? 'everybody'}` : `to ${peer}${at === undefined ? '' : ` on ${at}`}` : `${peer}${at === undefined ? '' : ` on ${at}`}`
}
