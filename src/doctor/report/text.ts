import {keyOfRef} from '../cite.js'
import {quote, scoped, wordOf} from '../fix.js'
import {age} from '../triage.js'
import {EVERYWHERE, type Cause, type Diagnosis, type Evidence, type Finding, type Fix, type Read, type Ref, type Snapshot, type State} from '../types.js'
import {listed, plain, some, wrap} from './layout.js'
import {pageOf} from './rules.js'
import type {ReportOptions} from './index.js'

/** The report for a person. It reads the same without colour, since reports get pasted into tickets. */
export function text(diagnosis: Diagnosis, snapshot: Snapshot, {explain = false, color = false}: ReportOptions = {}): string {
  const style = (code: number) => (words: string) => color ? `\u001B[${code}m${words}\u001B[0m` : words
  const [bold, red, green, yellow] = [style(1), style(31), style(32), style(33)] as const
  const heading = {sound: green, faulty: red, inconclusive: yellow, unknown: yellow}[diagnosis.verdict]
  const section = (title: string, body: string) => body === '' ? '' : `\n${bold(title)}\n${body}`
  return [
    ...headline(diagnosis).split('\n').map(line => `${bold(heading(plain(line)))}\n`),
    plain(wrap(provenance(diagnosis), '')),
    ...diagnosis.causes.map((cause, i) => causeOf(cause, i, diagnosis, section)),
    section(diagnosis.causes.length === 0 ? 'INCONCLUSIVE' : 'NO CAUSE FOUND FOR', plain(unexplained(diagnosis, snapshot))),
    section('CONSEQUENCES', plain(consequencesOf(diagnosis).map(words => wrap(words, '  - ', '    ')).join(''))),
    section('HISTORY (over, no part of the verdict)', plain(diagnosis.history.map(past).join(''))),
    section('NOT CHECKED', plain(notChecked(diagnosis.unread))),
    section('BROKEN RULES (please report them; the other rules are not affected)', plain(diagnosis.broken.map(({rule, error}) => wrap(`${rule}: ${error}`)).join(''))),
    explain ? plain(explanation(diagnosis, section)) : '',
  ].join('')
}

function headline({targets, states, looked, causes, verdict, takenAt, container}: Diagnosis): string {
  return targets.map(target => {
    const where = target.kind === 'Namespace' || target.namespace === undefined ? '' : ` in namespace ${target.namespace}`
    const own = states.find(({object}) => object.kind === target.kind && object.name === target.name && object.namespace === target.namespace)
    const only = container === undefined ? '' : `, container ${container}`
    if (own && (target.kind !== 'Namespace' || looked.pods === 0)) return `${wordOf(target)}${where}${only}: ${stateOf(own, takenAt, states)}`
    if (target.kind !== 'Namespace' && target.selector === undefined) return `${wordOf(target)}${where}${only}: ${verdict}`
    const who = target.selector !== undefined ? `${target.kind.toLowerCase()}s with ${target.selector}${where}` : target.name === EVERYWHERE ? 'cluster' : `namespace/${target.name}`
    const sick = looked.pods - looked.sound
    const workloads = states.filter(({object, condition}) => condition === 'sick' && object.kind !== 'Pod').length
    if (looked.pods === 0 && workloads === 0) return `${who}: no pods`
    const counts = sick === 0 && workloads === 0 && own ? `${looked.pods === 1 ? 'its one pod is' : `all ${looked.pods} pods that could be read are`} well, but not all could be read`
      : sick === 0 && workloads === 0 ? `sound, ${looked.pods === 1 ? 'its one pod is' : `all ${looked.pods} pods are`} well`
      : [looked.pods === 0 ? 'no pods' : looked.pods === 1 ? (sick === 1 ? 'its one pod is sick' : 'its one pod is well') : `${sick} of ${looked.pods} pods sick`, ...(workloads > 0 ? [`${workloads} workload${workloads === 1 ? '' : 's'} short of pods`] : []),
        ...(causes.length > 0 ? [`${causes.length} cause${causes.length === 1 ? '' : 's'}`] : [])].join(', ')
    return `${who}${only}: ${counts}`
  }).join('\n')
}

function stateOf({status, condition, since, object, owner, pods = []}: State, takenAt: string, states: State[]): string {
  const owned = owner ? ` (${wordOf(owner)})` : ''
  if (condition === 'unknown') return `could not be read${owned}`
  const long = object.kind === 'Pod' && since !== undefined && condition === 'sick' ? ` for ${age(since, Date.parse(takenAt))}` : ''
  // A workload may have all the pods it wants, one of which is killed again and again.
  const own = new Set(pods.map(keyOfRef))
  const sick = states.filter(other => other.condition === 'sick' && (own.has(keyOfRef(other.object)) || (other.owner && keyOfRef(other.owner) === keyOfRef(object)))).length
  return `${condition !== 'sound' ? '' : sick === 0 ? 'sound, ' : `${sick} pod${sick === 1 ? '' : 's'} sick, `}${status}${long}${owned}`
}

const provenance = ({context, serverVersion, takenAt}: Diagnosis) =>
  listed([...(context ? [`context ${context}`] : []), ...(serverVersion ? [`server ${serverVersion}`] : []), `read ${takenAt}`], ',').replace(' , ', ', ')

function causeOf({finding, affected}: Cause, i: number, {causes, targets}: Diagnosis, section: (title: string, body: string) => string): string {
  const {severity, likely, fixes, evidence, summary} = finding
  const only = affected.length === 1 && targets.length === 1 && targets[0]!.kind === affected[0]!.kind
  const spaces = new Set(affected.map(({namespace}) => namespace)).size
  const who = only ? '' : `${affected.length === 1 ? '' : `${affected.length} ${kindsOf(affected)}: `}${some(affected.map(({name, namespace = ''}) => spaces > 1 || targets.some(({name}) => name === EVERYWHERE) ? `${namespace}/${name}` : name), 6)}`
  const numbered = causes.length > 1 ? ` ${i + 1} of ${causes.length}` : ''
  const [first, ...others] = [...fixes.filter(({removesGuard}) => removesGuard === undefined), ...fixes.filter(({removesGuard}) => removesGuard !== undefined)]
  const guarded = first?.removesGuard !== undefined
  return [
    section(`${severity === 'warning' ? 'WARNING' : likely ? 'PROBABLE CAUSE' : 'ROOT CAUSE'}${numbered}`, plain(wrap(summary) + (who ? wrap(`Affects ${who}`) : ''))),
    first ? section(guarded ? 'ONLY WITH CARE' : 'FIX', plain(fixOf(first))) : '',
    ...others.map(fix => section(fix.removesGuard !== undefined ? 'ONLY WITH CARE' : fix.also ? 'AND' : 'OR', plain(fixOf(fix)))),
    section('EVIDENCE', plain(evidence.map(factOf).join(''))),
  ].join('')
}

const kindsOf = (refs: Ref[]) => new Set(refs.map(({kind}) => kind)).size === 1 ? `${refs[0]!.kind.toLowerCase()}s` : 'objects'

function fixOf({action, commands = [], effect, restarts, removesGuard, undoneBy, verified = []}: Fix): string {
  const marks = [
    ...(removesGuard === undefined ? [] : [`removes a guard${removesGuard ? `: ${removesGuard}` : ''}`]),
    ...(commands.length > 0 && effect === 'changes-spec' ? [`changes the spec${restarts === undefined ? '' : restarts === 1 ? ', replaces 1 pod' : `, replaces ${restarts} pods`}`] : []),
    ...(effect === 'deletes-data' ? ['may lose data'] : []),
    ...(commands.length > 0 && effect === 'reads' ? ['reads only'] : []),
  ]
  return wrap(`${action}.${marks.map(mark => ` [${mark}]`).join('')}`) + commands.map((command, i) => `    ${command.map(quote).join(' ')}\n${verified[i] === undefined ? '' : wrap(`dry run: ${verified[i]}`, '      ', '        ')}`).join('')
    + (undoneBy === undefined ? '' : wrap(`But ${undoneBy}.`))
}

function factOf(evidence: Evidence): string {
  const word = wordOf(evidence.object)
  if ('absent' in evidence) return wrap(`${word} does not exist${evidence.object.namespace === undefined ? '' : ` in namespace ${evidence.object.namespace}`}`, '  ', '    ')
  if ('text' in evidence) return wrap(`${word} log of container "${evidence.container}"${evidence.previous ? ', previous run' : ''}, line ${evidence.line}: ${evidence.text.trim()}`, '  ', '    ')
  const {path, value} = evidence
  // A blank at an end would not be seen, and may be the fault.
  const bare = typeof value === 'string' && !/^[ \t]|[^\n.][ \t]$/.test(value)
  return wrap(`${word} ${path}: ${bare ? value.trim() : JSON.stringify(value)}`, '  ', '    ')
}

/** What follows from the causes: findings of later phases, and workloads that are short because of their pods. */
function consequencesOf({consequences, causes, states}: Diagnosis): string[] {
  const hurt = new Set(causes.flatMap(({affected}) => affected).map(keyOfRef))
  const short = states.filter(({object, condition, pods = []}) => object.kind !== 'Pod' && condition === 'sick' && !hurt.has(keyOfRef(object))
    && (states.some(({owner, object: pod}) => owner && keyOfRef(owner) === keyOfRef(object) && hurt.has(keyOfRef(pod))) || pods.some(pod => hurt.has(keyOfRef(pod)))))
  return [...new Set([...consequences.map(({summary}) => summary), ...short.map(({object, facts}) => `${wordOf(object)}: ${facts.slice(0, 2).join('; ')}`)])]
}

/** The sick that no cause explains. */
export function openOf({states, causes, consequences}: Diagnosis): State[] {
  const sick = states.filter(({condition}) => condition === 'sick')
  const explained = new Set([...causes.flatMap(({affected, finding}) => finding.severity === 'error' ? affected : []), ...consequences.map(({patient}) => patient)].map(keyOfRef))
  // A workload is short of pods because of its pods, where these are sick.
  return sick.filter(({object, pods = []}) => !explained.has(keyOfRef(object)) && !sick.some(({owner}) => owner && keyOfRef(owner) === keyOfRef(object))
    && !pods.some(pod => sick.some(({object}) => keyOfRef(object) === keyOfRef(pod))))
}

/** What is known of the sick that no cause explains, and where to look next. */
function unexplained(diagnosis: Diagnosis, {connection = []}: Snapshot): string {
  const open = openOf(diagnosis)
  const now = Date.parse(diagnosis.takenAt)
  return open.slice(0, 10).map(({object, facts, since}) => {
    const young = since !== undefined && now - Date.parse(since) < 60_000
    return wrap(`${wordOf(object)}: ${young ? `${age(since, now)} old, may still be starting` : `sick${since === undefined ? '' : ` for ${age(since, now)}`}, and no rule knows why`}. What is known:`, '  ', '    ')
      + facts.slice(0, 3).map(fact => wrap(fact, '    - ', '      ')).join('')
      + `    Look next:  ${scoped(['kubectl', 'describe', wordOf(object)], object.namespace, connection).map(quote).join(' ')}\n`
  }).join('') + (open.length > 10 ? `  and ${open.length - 10} more\n` : '')
}

function past({summary, rule, evidence, patient}: Finding): string {
  const end = evidence.find(fact => 'path' in fact && fact.path.endsWith('.finishedAt'))
  return wrap(`${wordOf(patient)}${end && 'value' in end ? `, ${String(end.value)}` : ''}: ${summary} (${rule})`, '  - ', '    ')
}

/** What a refused read would have told, per kind. */
const MEANING: Record<string, string> = {
  ConfigMap: 'whether a ConfigMap exists and which keys it has',
  Event: 'what was said about scheduling, volumes, images and probes',
  Namespace: 'what the namespace enforces',
  Node: 'why no node takes a pod, and how its node is',
  PersistentVolumeClaim: 'whether a claim exists and is bound',
  Pod: 'which other pods there are',
  ResourceQuota: 'how much of the namespace\'s quota is left',
  Secret: 'whether a Secret exists and which keys it has',
  HorizontalPodAutoscaler: 'whether the autoscalers can scale',
  Service: 'whether the Services lead to the pods',
  ServiceAccount: 'whether the ServiceAccount exists',
  log: 'what the container wrote',
}
const OWNERS = 'what the pod belongs to, and what a cure has to change'

/** What could not be read, and what is not known for want of it. */
export function notChecked(unread: Read[]): string {
  const groups = new Map<string, {words: string[], meaning: string, why: string}>()
  for (const read of unread) {
    const kind = 'get' in read ? read.get : 'log' in read ? 'log' : read.list
    const words = 'log' in read ? `the ${read.log.previous ? 'previous ' : ''}log of ${read.log.pod}/${read.log.container}`
      : 'get' in read ? wordOf({kind, name: read.name}) : `the list of ${kind}s${read.namespace === undefined ? ' of the cluster' : ''}`
    const meaning = MEANING[kind] ?? OWNERS
    const why = read.outcome === 'forbidden' ? 'forbidden' : read.message ?? 'unavailable'
    const group = groups.get(`${meaning} ${why}`) ?? {words: [], meaning, why}
    groups.set(`${meaning} ${why}`, group)
    if (!group.words.includes(words)) group.words.push(words)
  }
  return [...groups.values()].map(({words, meaning, why}) => wrap(`${some(words, 4)} (${why}), so it is not known ${meaning}`, '  - ', '    ')).join('')
}

function explanation({causes, consequences, history, suppressed}: Diagnosis, section: (title: string, body: string) => string): string {
  const ids = [...new Set([...causes.map(({finding}) => finding), ...consequences, ...history].map(({rule}) => rule))]
  return ids.map(id => section(`EXPLAIN ${id}`, wrap(pageOf(id)))).join('')
    + section('SUPPRESSED', suppressed.map(({finding, by}) => wrap(`${finding.rule}: ${finding.summary} (${by} says it more exactly)`, '  - ', '    ')).join(''))
}
