import type {Ended, Patient} from './patient.js'
import type {Evidence, Log} from './types.js'

/** Words by which programs of all kinds mark the line that ended them. */
const FATAL = /\b(?:FATAL|PANIC|CRITICAL|EMERG(?:ENCY)?|SEVERE)\b|^panic: |^fatal error: |"level":\s*"(?:fatal|panic|critical)"|level=(?:fatal|panic|critical)|\[(?:emerg|alert|crit)\]|Fatal error|(?:^|\s)fatal:/
const ERROR = /\bERR(?:OR)?\b|"level":\s*"error"|level=error|\[error\]|(?:^|[\s:])(?:[\w.]*(?:Error|Exception)|error|Error)(?::|\s\[)|^E\d{4} |exception in thread|(?:command|not) found$|No such file or directory|Permission denied|Connection refused|cannot |can't |could not |unable to |failed to |refused|denied|bad address|undefined/i
/** Lines that only look like errors: counts of none, names of settings, things that are tried again. */
const HARMLESS = /\b(?:0|no) (?:errors?|failures?)\b|errors?[=:]\s*0\b|error[-_]?log\b|--?\w*error|\bretry(?:ing)?\b.*\bin\b|\b(?:WARN|WARNING|DEBUG|TRACE)\b|"level":\s*"(?:warn|warning|debug|info)"|level=(?:warn|debug|info)/i
const STACK = /^\s+(?:at |File |\.\.\. \d+ more|~|\^)|^\s+raise |^goroutine \d|^\t/

export interface LogLine {
  log: Log
  /** Counted from 0. */
  line: number
  text: string
}

/**
 * The line that says why the program ended: the first fatal one, else the first error, with the exception itself instead
 * of its stack; else the last line there is. Undefined for an empty log.
 */
export function tellingLine(log: Log): LogLine | undefined {
  const lines = log.text.split('\n')
  const at = (line: number): LogLine | undefined => line < 0 ? undefined : {log, line, text: lines[line]!.trim()}
  const first = (pattern: RegExp) => lines.findIndex(text => pattern.test(text) && !HARMLESS.test(text) && !STACK.test(text))
  const traceback = lines.findIndex(text => text.startsWith('Traceback (most recent call last)'))
  if (traceback >= 0) {
    const end = lines.findIndex((text, i) => i > traceback && text !== '' && !/^\s/.test(text))
    if (end >= 0) return at(end)
  }
  const fatal = first(FATAL)
  const found = fatal >= 0 ? fatal : first(ERROR)
  if (found >= 0) {
    // Java wraps the reason: the last "Caused by" of the same stack is the first cause.
    const causes = lines.flatMap((text, i) => i > found && /^Caused by: /.test(text) ? [i] : [])
    return at(causes.at(-1) ?? found)
  }
  return at(lines.findLastIndex(text => text.trim() !== ''))
}

/** Whether the line looks like an error at all, and is not only the last thing that was written. */
export const isError = ({text}: LogLine): boolean => (FATAL.test(text) || ERROR.test(text)) && !HARMLESS.test(text)

/** The log of the run that ended: of the one before where the container is up again. The runtime may have dropped it already. */
export const logOfEnd = (patient: Patient, {name, ended}: Ended): Log | null | undefined =>
  patient.log({name}, {previous: ended.previous}) ?? (ended.previous && patient.log({name}, {previous: true}) === null ? patient.log({name}, {previous: false}) : undefined)

/** What the log of that run has to say, as the end of a sentence, and the line as evidence. */
export function lastWords(patient: Patient, container: Ended): {words: string, evidence: Evidence[], line: LogLine | undefined} {
  const log = logOfEnd(patient, container)
  const line = log ? tellingLine(log) : undefined
  if (line) return {words: `: ${shortened(line.text)}`, evidence: [patient.citeLog(line.log, line.line)], line}
  const {message, path} = container.ended
  if (message) return {words: `: ${shortened(message.trim().split('\n').at(-1) ?? '')}`, evidence: [patient.cite(patient.pod, `${path}.message`)], line: undefined}
  return {words: log && !log.cut ? ', and wrote nothing.' : '.', evidence: [], line: undefined}
}

/** A line of a log without its time stamp and at a length that a headline bears. */
export function shortened(text: string): string {
  const bare = text.replace(/^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|\s?[+-]\d\d:?\d\d)?\]?\s*(?:UTC\s*)?/, '')
  return bare.length > 200 ? `${bare.slice(0, 197)}...` : bare
}
