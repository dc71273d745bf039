import {recordOf} from './log-record.js'
import type {Log} from './types.js'

/** Words by which programs of all kinds mark the line that ended them. */
const FATAL = new RegExp([
  String.raw`\b(?:FATAL|PANIC|CRITICAL|EMERG(?:ENCY)?|SEVERE)\b`, String.raw`\[(?:emerg|alert|crit|fatal)\]`, 'Fatal error', String.raw`(?:^|\s)fatal:`, '^(?:panic|fatal error): ',
  String.raw`^F\d{4} \d\d:`, String.raw`^thread '.*' panicked at`, '^APPLICATION FAILED TO START', String.raw`^\*\* \(\w[\w.]*\)`, '^Unhandled exception[.:] ', '^Exception in thread "main"',
].join('|'))
/** The level of a line, or an exception by its name. */
const MARKED = /\bERR(?:OR)?\b|\[error\]|(?:^|[\s:([])(?:error|Error)(?::|\s\[)|(?:^|[\s:(])[\w.]*[a-z](?:Error|Exception)(?::|\)$|$)|^E\d{4} \d\d:|exception in thread/
/** What people write into an error. */
const WORDED = new RegExp([
  '(?:command|not) found$', 'No such file or directory', 'Permission denied', 'Connection refused', 'cannot ', 'can\'t ', 'could not ', 'couldn\'t ', 'unable to ', 'failed to ', String.raw`\bfailed\b`, 'refused', 'denied',
  'bad address', 'undefined', String.raw`\bnot (?:set|defined|configured|provided|found)\b`, String.raw`\bis required\b`, String.raw`\b(?:missing|invalid|unknown|unrecognized|unsupported|unexpected)(?:[ :.]|$)`, 'no such ',
  String.raw`\berror\b`, 'timed out', String.raw`\bdoes not exist\b`, 'unauthorized', 'forbidden', 'no space left',
].join('|'), 'i')
/** Lines that only look like errors: counts of none, names of settings, things that are tried again, lesser levels. */
const HARMLESS = /\b(?:0|no) (?:errors?|failures?)\b|errors?[=:]\s*0\b|error[-_]?(?:log|handler|page)\b|--?\w*error|\bretry(?:ing)?\b.*\bin\b|\b(?:WARN|WARNING|DEBUG|TRACE)\b|^[IW]\d{4} \d\d:/i
const STACK = /^\s+(?:at |File |from |\.\.\. \d+ more|~|\^)|^\s+raise |^\s*throw\b|^goroutine \d|^\t/
/** The last thing that a program says when it has said why before. */
const EMPTY_WORDS = /\b(?:FATAL|CRITICAL|PANIC|EMERG)\b\W*(?:(?:exit(?:ing)?|shutting down|aborting|abort|giving up|terminating|stopping|startup failed|failed to start|bye)\b.{0,12})?$/i
/** Headings: the reason is in so many lines below. */
const HEADINGS: [RegExp, number][] = [
  [/^thread '.*' panicked at \S+:\d+:\d+:$/, 1], [/\d+ validation errors? for \S+$/, 2], [/FATAL CONFIG FILE ERROR/, 3], [/bootstrap checks? failed/, 1], [/^Failed to bind properties under /, 2], [/^Error: Invalid value for '/, 2], [/:$/, 1],
]
/** A first cause that says nothing about whom it concerns: the one that it is wrapped in names the host. */
const BARE = /(?:ConnectException|SocketException|SocketTimeoutException|ConnectTimeoutException|ClosedChannelException|EOFException|NullPointerException)(?:: (?:Connection (?:refused|reset|timed out)|connect timed out|Read timed out)[^:]*)?$/i

export interface LogLine {
  log: Log
  /** Counted from 0. */
  line: number
  text: string
}

type Rank = 'fatal' | 'error' | undefined

/** Whether a line speaks of an error. In a structured log its level decides. */
function rankOf(text: string): Rank {
  const record = recordOf(text)
  if (record?.level === 'lower') return undefined
  if (record?.level) return record.level
  const words = record?.words ?? text
  if (HARMLESS.test(words) || STACK.test(words)) return undefined
  return FATAL.test(words) ? 'fatal' : MARKED.test(words) || WORDED.test(words) ? 'error' : undefined
}

/**
 * The line that says why the program ended: of the last Python traceback the exception; else the first fatal line, else the
 * first error, with the first cause of an exception instead of its stack; else the last line there is. Undefined for an empty log.
 */
export function tellingLine(log: Log): LogLine | undefined {
  const lines = log.text.split('\n')
  const at = (line: number): LogLine | undefined => line < 0 ? undefined : {log, line, text: continued(lines, line)}
  const traceback = lines.findLastIndex(text => text.startsWith('Traceback (most recent call last)'))
  if (traceback >= 0) {
    const end = lines.findIndex((text, i) => i > traceback && text !== '' && !/^\s/.test(text))
    if (end >= 0) return at(end)
  }
  const ranks = lines.map(rankOf)
  const fatal = lines.findIndex((text, i) => ranks[i] === 'fatal' && !EMPTY_WORDS.test(text))
  const found = fatal >= 0 ? fatal : ranks.findIndex(rank => rank !== undefined)
  if (found < 0) return at(lines.findLastIndex(text => text.trim() !== ''))
  // Spring Boot explains itself below a heading.
  const description = lines.findIndex((text, i) => i > found && text === 'Description:')
  if (lines[found]!.startsWith('APPLICATION FAILED TO START') && description >= 0) return at(lines.findIndex((text, i) => i > description && text.trim() !== ''))
  // Java and .NET wrap the reason: the last "Caused by" of the same stack is the first cause.
  const causes = lines.flatMap((text, i) => i > found && /^\s*(?:Caused by: | ---> )/.test(text) ? [i] : [])
  const [outer, first] = [causes.at(-2) ?? found, causes.at(-1)]
  return at(first === undefined ? found : BARE.test(lines[first]!) && !BARE.test(lines[outer]!) ? outer : first)
}

/** The line, and after a heading what stands below it. */
function continued(lines: string[], line: number): string {
  const text = lines[line]!.trim()
  const [, count = 0] = HEADINGS.find(([pattern]) => pattern.test(text)) ?? []
  const below = lines.slice(line + 1).filter(text => text.trim() !== '').slice(0, count).filter(text => !/^\s+at /.test(text)).map(text => text.trim())
  return [text, ...below].join(' ')
}

/** Whether the line looks like an error at all, and is not only the last thing that was written. */
export const isError = ({text}: LogLine): boolean => rankOf(text) !== undefined

/** A line of a log without its time stamp and level of klog, or the words of a record, at a length that a headline bears. */
export function shortened(text: string): string {
  const words = recordOf(text)?.words ?? text
  const bare = words.replace(/^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|\s?[+-]\d\d:?\d\d)?\]?\s*(?:UTC\s*)?/, '').replace(/^[EF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [\w.-]+:\d+\] /, '')
  return bare.length > 200 ? `${bare.slice(0, 197)}...` : bare
}

/** Of a Go panic the first call of the program's own code: `main.load (/src/main.go:12)`. Frames of the runtime, the standard library and of modules say where it was noticed, not where it was caused. */
export function ownFrame({log, line}: LogLine): string | undefined {
  const lines = log.text.split('\n')
  if (!/^(?:panic|fatal error): /.test(lines[line] ?? '')) return undefined
  const start = lines.findIndex((text, i) => i > line && /^goroutine \d+ .*\[/.test(text))
  for (let i = start + 1; start >= 0 && i + 1 < lines.length && lines[i] !== ''; i += 2) {
    const [, call = ''] = /^(?:created by )?([^\s(]+(?:\(\*?\w+\)[^\s(]*)?)/.exec(lines[i]!) ?? []
    const [, place = ''] = /^\t(\S+:\d+)/.exec(lines[i + 1]!) ?? []
    if (place !== '' && !/^(?:panic|runtime|log|testing|sync|net|reflect)(?:[./]|$)/.test(call) && !/\/(?:usr\/local\/go\/src|go\/pkg\/mod|vendor)\//.test(place)) return `${call} (${place})`
  }
  return undefined
}
