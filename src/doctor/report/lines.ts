import {keyOfRef} from '../cite.js'
import {byText} from '../order.js'
import type {Diagnosis, Ref, State} from '../types.js'
import {plain} from './layout.js'
import {notChecked, openOf} from './text.js'

/**
 * One line per cause, which grep and awk can use: where, who is sick, the rule, the sentence. Then what no rule explains, and how many
 * pods were looked at. For a whole cluster, whose reports in full nobody could read.
 */
export function lines(diagnosis: Diagnosis): string {
  const {causes, looked, unread} = diagnosis
  const rows = [
    ...causes.map(({finding, affected}) => [spacesOf(affected), sickOf(affected), finding.rule, finding.summary]),
    ...openOf(diagnosis).map(({object, facts}) => [spacesOf([object]), wordOf(object), '<unknown>', facts[0] ?? '']),
  ].map(row => row.map(cell => plain(cell).replaceAll(/\s+/g, ' ').trim()))
  const table = rows.length === 0 ? [] : [['NAMESPACE', 'SICK', 'FAULT', 'CAUSE'], ...rows]
  const widths = [0, 1, 2].map(column => Math.max(...table.map(row => row[column]!.length)))
  const unreadable = notChecked(unread)
  return [
    ...table.map(row => `${row.map((cell, i) => i < 3 ? cell.padEnd(widths[i]!) : cell).join('   ')}\n`),
    ...(table.length > 0 ? ['\n'] : []),
    `${summaryOf(looked, diagnosis.states)}, ${counted(causes.length, 'cause')}\n`,
    ...(unreadable === '' ? [] : [`\nNOT CHECKED\n${plain(unreadable)}`]),
  ].join('')
}

/** `14 pods looked at: 12 sound, 2 sick; 1 workload without pods`. */
const summaryOf = ({pods, sound}: Diagnosis['looked'], states: State[]): string => {
  const short = states.filter(({object, condition}) => condition === 'sick' && object.kind !== 'Pod'
    && !states.some(({owner, condition}) => condition === 'sick' && owner && keyOfRef(owner) === keyOfRef(object))).length
  return `${counted(pods, 'pod')} looked at: ${sound} sound, ${pods - sound} sick${short === 0 ? '' : `; ${counted(short, 'workload')} short of pods`}`
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

function spacesOf(refs: Ref[]): string {
  const [first = '<cluster>', ...others] = [...new Set(refs.map(({namespace}) => namespace ?? '<cluster>'))]
  return others.length === 0 ? first : `${first} (+${others.length})`
}

function sickOf(refs: Ref[]): string {
  const [first, ...others] = refs
  return first === undefined ? '' : `${wordOf(first)}${others.length === 0 ? '' : ` (+${others.length})`}`
}

const wordOf = ({kind, name}: Ref) => `${kind.toLowerCase()}/${name}`

/** What is sick, one name a line, as `kubectl get -o name` writes it. */
export const names = ({states}: Diagnosis): string => [...new Set(states.filter(({condition}) => condition === 'sick')
  .toSorted((a, b) => byText(a.object.namespace ?? '', b.object.namespace ?? ''))
  .map(({object: {kind, name}}) => `${kind.toLowerCase()}${GROUPS[kind] ?? ''}/${name}\n`))].join('')

const GROUPS: Record<string, string> = {
  CronJob: '.batch', DaemonSet: '.apps', Deployment: '.apps', HorizontalPodAutoscaler: '.autoscaling', Ingress: '.networking.k8s.io', Job: '.batch',
  PodDisruptionBudget: '.policy', ReplicaSet: '.apps', StatefulSet: '.apps',
}
