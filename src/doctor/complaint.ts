import {logOfEnd, shortened, tellingLine} from './log-scan.js'
import {complaintIn, type Complaint, type Words} from './log-words.js'
import type {Ended, Patient} from './patient.js'
import {stoppedFor} from './stopped.js'
import type {Evidence, Log} from './types.js'

/** What a program complained of as it ended. */
export interface Said extends Words {
  /** The line, as a headline bears it. */
  text: string
  /** The line as it stands in the log. */
  raw: string
  /** It and the lines around it, for what it names in another line. */
  around: string
  evidence: Evidence[]
}

/** A shell that cannot run something (126, 127) says so in words that others use for files. */
const OF_SHELLS: Complaint[] = ['file', 'module', 'permission']

/** How far from the line that marks the end its reason may stand. */
const NEAR = 12

/**
 * What the log of the run that ended says, where it is that complaint. A log has one complaint: that of the line which marks the end (the first fatal one, else
 * the first error); where that line is too general, that of the nearest line which is not. Ends that somebody else has brought about (memory, a
 * probe, an eviction) are not the program's.
 */
export function saidBy(patient: Patient, container: Ended, ...wanted: Complaint[]): Said | undefined {
  const {ended} = container
  const reason = patient.pod.status?.phase === 'Failed' && patient.pod.status.reason !== undefined
  if (/^(?:OOMKilled|StartError|ContainerCannotRun|ContainerStatusUnknown)$/.test(ended.reason) || [137, 143].includes(ended.exitCode) || reason) return undefined
  const own = [126, 127].includes(ended.exitCode) ? wanted.filter(complaint => !OF_SHELLS.includes(complaint)) : wanted
  const log = logOfEnd(patient, container)
  if (!log) {
    const last = ended.message.trim()
    const words = last === '' ? undefined : complaintIn(last)
    return words && own.includes(words.complaint) && !stoppedFor(patient, container)
      ? {...words, raw: last, text: keyWords(last.split('\n').find(line => complaintIn(line)) ?? last), around: last, evidence: [patient.cite(patient.pod, `${ended.path}.message`), patient.cite(patient.pod, `${ended.path}.exitCode`)]} : undefined
  }
  const found = complaintOf(log)
  if (!found || !own.includes(found.complaint) || stoppedFor(patient, container)) return undefined
  return {...found, evidence: [patient.citeLog(log, found.line), patient.cite(patient.pod, `${ended.path}.exitCode`)]}
}

export function complaintOf(log: Log): (Words & Pick<Said, 'text' | 'raw' | 'around'> & {line: number}) | undefined {
  const telling = tellingLine(log)
  if (!telling) return undefined
  const lines = log.text.split('\n')
  const near = lines.map((_, i) => i).filter(i => Math.abs(i - telling.line) <= NEAR).toSorted((a, b) => Math.abs(a - telling.line) - Math.abs(b - telling.line) || a - b)
  for (const line of near) {
    const words = complaintIn(lines[line]!)
    if (words) return {...words, line, raw: lines[line]!, text: keyWords(lines[line]!.trim()), around: lines.slice(Math.max(0, line - 2), line + 4).join('\n')}
  }
  return undefined
}

/** A line without its time, its level, the place in the code where Ruby raised it and, where it is JSON, all but its message and its error. */
export function keyWords(text: string): string {
  const json = /^\{.*\}$/.test(text) ? parsed(text) : undefined
  const said = json ? [json['msg'] ?? json['message'], json['err'] ?? json['error']].filter(part => typeof part === 'string' && part !== '').join(': ') : ''
  const bare = shortened((said || text).replace(/^\/\S+\.rb:\d+:in [`'][^']+': /, '')).replace(/^\s*(?:(?:\[[^\]]*\]|\(?[\w.-]+\)?)?\s*\b(?:ERROR|FATAL|CRITICAL|SEVERE|PANIC|ERR|emerg|error|fatal|panic)\b[\])]?[:\s]+)+(?=\S{3})/, '').replace(/\.$/, '')
  return bare.length > 140 ? `${bare.slice(0, 137)}...` : bare
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

/** `Container "api" fails with "…"`, `Init container "migrate" fails with "…"`: the beginning of every headline that a log gives. */
export const failsWith = ({name, role}: Pick<Ended, 'name' | 'role'>, {text}: {text: string}): string =>
  `${role === 'main' ? 'Container' : role === 'init' ? 'Init container' : 'Sidecar'} "${name}" fails with "${text.replaceAll('"', '\'')}"`

/** The broad rules that a complaint speaks for. */
export const BROADER = ['container-exited', 'init-container-failed', 'exits-after-success']
