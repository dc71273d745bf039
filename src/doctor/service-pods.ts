import type {Kinds, KubeObject, Pod} from '../kube/types.js'
import {refOf} from './cite.js'
import type {Obstacle} from './destination.js'
import {wordOf} from './fix.js'
import {lastWords} from './log-scan.js'
import {nearMisses, STRONG} from './near-miss.js'
import {steady} from './network-policy.js'
import {byText} from './order.js'
import {ownerOf} from './owner.js'
import {Patient} from './patient.js'
import type {Subject} from './subject.js'
import {stateOfPod} from './triage.js'
import type {Fix} from './types.js'

type Service = Kinds['Service']
interface Candidate {object: KubeObject, labels: Record<string, string>, replicas: number | undefined}

/** The pod counts: it has neither ended nor is it being deleted. */
export const isThere = ({metadata, status}: Pod): boolean => metadata?.deletionTimestamp === undefined && !/^(?:Succeeded|Failed)$/.test(status?.phase ?? '')
/** Since when it is ready; undefined for a pod that is not, empty where nobody says. */
export const readySince = ({status}: Pod): string | undefined => {
  const condition = status?.conditions?.find(({type, status}) => type === 'Ready' && status === 'True')
  return condition && (condition.lastTransitionTime ?? '')
}
export const isReady = (pod: Pod): boolean => readySince(pod) !== undefined

/** The workloads of a namespace with the labels of their pods; undefined where one of the kinds could not be read. */
function workloads(subject: Subject, namespace: string): Candidate[] | undefined {
  const lists = (['Deployment', 'StatefulSet', 'DaemonSet'] as const).map(kind => subject.list(kind, {namespace}) as (KubeObject & {spec?: {replicas?: number, template?: {metadata?: {labels?: Record<string, string>}}}})[] | undefined)
  if (lists.includes(undefined)) return undefined
  return lists.flatMap(list => list ?? []).map(object => ({object, labels: object.spec?.template?.metadata?.labels ?? {}, replicas: object.spec?.replicas}))
}

/** A Service whose selector no pod satisfies: what it selects is scaled to nothing, or is labelled otherwise. */
export function podsAbsent(subject: Subject, service: Service): Obstacle & {meant?: KubeObject} {
  const {name = '', namespace = 'default'} = service.metadata ?? {}
  const selector = service.spec?.selector ?? {}
  const words = Object.entries(selector).map(([key, value]) => `${key}=${value}`).join(',')
  const all = workloads(subject, namespace)
  const right = all?.find(({labels}) => Object.entries(selector).every(([key, value]) => labels[key] === value))
  const here = namespace === subject.namespace
  if (right) {
    const word = wordOf(refOf(right.object))
    const off = right.replicas === 0
    return {
      words: `Service "${name}" has no endpoints: ${word} behind it ${off ? 'is scaled to 0' : 'has no pods'}`,
      evidence: [subject.cite(service, 'spec.selector'), ...subject.citeIfPresent(right.object, off ? 'spec.replicas' : 'status.replicas')],
      culprit: refOf(right.object),
      fixes: off ? [{action: `Scale ${word} up again`, ...(here && {commands: [['kubectl', 'scale', word, '--replicas=1']], effect: 'changes-spec' as const})}] : [],
    }
  }
  const meant = all === undefined ? undefined : meantBy(selector, name, [...all, ...loosePods(subject, namespace)])
  return {
    words: `Service "${name}" has no endpoints: it selects ${words}, which no pod has${meant ? `; ${meant.instead}` : ''}`,
    evidence: [subject.cite(service, 'spec.selector'), ...(meant ? subject.citeIfPresent(meant.object, meant.object.kind === 'Pod' ? 'metadata.labels' : 'spec.template.metadata.labels') : [])],
    culprit: {kind: 'Service', namespace, name, part: 'selector'}, ...(meant && {meant: meant.object}),
    fixes: meant ? [{action: `Let Service "${name}" select ${meant.words}`, ...(here && {effect: 'changes-spec' as const, commands: [['kubectl', 'patch', `service/${name}`, '--type=json', '-p', JSON.stringify(
      [{op: 'test', path: '/spec/selector', value: selector}, {op: 'replace', path: '/spec/selector', value: meant.selector}])]]})}] : [],
  }
}

const loosePods = (subject: Subject, namespace: string): Candidate[] =>
  (subject.list('Pod', {namespace}) ?? []).filter(({metadata}) => !metadata?.ownerReferences?.length).map(object => ({object, labels: object.metadata?.labels ?? {}, replicas: 1}))

/** The workload that the selector misses by one label: the value or the key is another, or it carries the name of the Service. */
export function meantBy(selector: Record<string, string>, service: string, candidates: Candidate[]): {object: KubeObject, instead: string, selector: Record<string, string>, words: string} | undefined {
  const scored = candidates.flatMap(({object, labels}) => {
    const own = steady(labels)
    let score = object.metadata?.name === service ? 1 : (nearMisses(service, [object.metadata?.name ?? ''])[0]?.score ?? 0) >= STRONG ? 0.9 : 0
    const wanted: Record<string, string> = {}
    for (const [key, value] of Object.entries(selector)) {
      const has = own[key]
      const near = (text: string) => (nearMisses(value, [text])[0]?.score ?? 0) >= STRONG
      const other = Object.entries(own).find(([name, text]) => text === value && selector[name] === undefined)
      score += has === value ? 1 : has !== undefined ? (near(has) ? 0.9 : 0) : other ? 0.8 : -0.1
      if (has !== undefined) wanted[key] = has
      else if (other) wanted[other[0]] = other[1]
    }
    return score >= 0.8 && Object.keys(wanted).length > 0 ? [{object, score, wanted}] : []
  }).toSorted((a, b) => b.score - a.score || byText(a.object.metadata?.name ?? '', b.object.metadata?.name ?? ''))
  const [best, second] = scored
  if (!best || second?.score === best.score) return undefined
  const differs = Object.entries(best.wanted).filter(([key, value]) => selector[key] !== value).map(([key, value]) => `${key}=${value}`)
  const lacks = Object.keys(selector).filter(key => best.wanted[key] === undefined)
  const words = Object.entries(best.wanted).map(([key, value]) => `${key}=${value}`).join(',')
  return {object: best.object, selector: best.wanted, words, instead: `the pods of ${wordOf(refOf(best.object))} have ${differs.length > 0 ? differs.join(',') : `no label ${lacks.join(', ')}`}`}
}

/** None of the pods behind the Service is ready: the one that says most about why. */
export function podsUnready(subject: Subject, service: Service, pods: Pod[]): Obstacle {
  const {name = '', namespace = 'default'} = service.metadata ?? {}
  const {pod, words, evidence} = pods.slice(0, 3).map(pod => ({pod, ...stateWords(new Patient(subject.cluster, pod))})).toSorted((a, b) => Number(b.words.includes(':')) - Number(a.words.includes(':')))[0]!
  const owner = ownerOf(subject.cluster, pod)
  const fix: Fix = {action: `Find out what ails ${wordOf(refOf(pod))}`, ...(namespace === subject.namespace && {commands: [['kubectl', 'pod-doctor', wordOf(refOf(pod))]], effect: 'reads' as const})}
  return {
    words: `Service "${name}" has no ready endpoints: ${pods.length === 1 ? 'its pod' : `none of its ${pods.length} pods is ready;`} ${refOf(pod).name} ${words}`,
    evidence: [subject.cite(service, 'spec.selector'), ...evidence],
    culprit: owner.ref, fixes: [fix],
  }
}

/** How a pod is, as somebody would say it of another's dependency. */
function stateWords(patient: Patient): Pick<Obstacle, 'words' | 'evidence'> {
  const {pod, cluster} = patient
  const status = stateOfPod(pod, cluster.now).status
  const down = patient.ended.find(({status}) => !status?.ready)
  if (down) {
    const {words, evidence} = lastWords(patient, down)
    return {words: `is ${status === 'Running' ? 'not ready' : status}${words.replace(/\.$/, '')}`, evidence: [patient.cite(pod, `${down.ended.path}.exitCode`), ...evidence]}
  }
  const waits = patient.containers.find(({waiting}) => waiting && !/^(?:PodInitializing|ContainerCreating)$/.test(waiting.reason))
  if (waits) return {words: `is ${status}`, evidence: [patient.cite(pod, `${waits.statusPath}.state.waiting.reason`)]}
  const scheduled = patient.condition('PodScheduled')
  if (scheduled?.status === 'False') return {words: 'is Pending: it cannot be scheduled', evidence: patient.citeIfPresent(pod, `${scheduled.path}.message`)}
  const unready = patient.containers.find(({status}) => status?.state?.running && !status.ready)
  if (unready) return {words: 'runs, but is not ready', evidence: [patient.cite(pod, `${unready.statusPath}.ready`)]}
  return {words: `is ${status}`, evidence: patient.citeIfPresent(pod, 'status.phase')}
}
