import {addressIn, addressWords, namingFailure} from './address.js'
import {keyWords} from './complaint.js'
import type {Failure} from './destination.js'
import {complaintIn, type Complaint} from './log-words.js'
import type {Log} from './types.js'

/** What a running program goes on complaining of. */
export interface Repeated {
  complaint: Complaint | 'child killed'
  count: number
  first: number
  last: number
  /** The last line of them. */
  raw: string
  text: string
  failure: Failure | undefined
}

/** Complaints that a program can live with for hours. A variable or a file that is missing shows as it starts. */
const GOING_ON = new Set<string>(['api', 'disk full', 'files', 'login', 'name', 'permission', 'read-only', 'refused', 'timeout'])
/** Masters that start their workers again: gunicorn, php-fpm, nginx, apache, unicorn. */
const CHILD = /was sent SIG(?:KILL|SEGV|ABRT)|child \d+ exited on signal \d+|worker process \d+ exited on signal \d+|WORKER TIMEOUT|terminated by signal (?:9|11|KILL)|exit signal (?:Segmentation fault|Killed)/
/** Lines of an access log, and those that are only told for the record. */
const RECORD = /" [1-4]\d\d \d|"level":\s*"(?:debug|trace)"|level=(?:debug|trace)|\b(?:DEBUG|TRACE)\b/
/** What comes after the last complaint, when it is over. */
const OVER = /\b(?:re)?connected\b|connection established|recovered|\blisten(?:ing|s)\b|\bready\b|\bsucce(?:ss|eded)|\bstarted\b|\bdone\b/i
const AT_LEAST = 3
const HOUR_MS = 3_600_000

/** The complaint that the log repeats most, at least three times and still in its last part; of an hour ago, it is history. */
export function repeatedIn({text}: Log, now: number): Repeated | undefined {
  const lines = text.trimEnd().split('\n')
  const found = new Map<string, Repeated>()
  for (const [i, line] of lines.entries()) {
    const words = CHILD.test(line) ? {complaint: 'child killed' as const} : complaintIn(line)
    if (!words || RECORD.test(line) || !(words.complaint === 'child killed' || GOING_ON.has(words.complaint))) continue
    const address = addressIn(line)
    const key = `${words.complaint} ${address && words.complaint !== 'child killed' ? addressWords(address) : ''}`
    const before = found.get(key)
    found.set(key, {complaint: words.complaint, count: (before?.count ?? 0) + 1, first: before?.first ?? i, last: i, raw: line, text: keyWords(line.trim()), failure: failureOf(words.complaint, line)})
  }
  const recent = Math.min(lines.length - 5, Math.floor(lines.length * 0.75))
  return [...found.values()].filter(({count, last, raw}) => count >= AT_LEAST && last >= recent && !(now - timeIn(raw) > HOUR_MS) && !lines.slice(last + 1).some(line => OVER.test(line)))
    .toSorted((a, b) => b.count - a.count || b.last - a.last)[0]
}

const failureOf = (complaint: string, line: string): Failure | undefined =>
  complaint === 'refused' ? 'refused' : complaint === 'timeout' ? 'timed out' : complaint === 'name' ? namingFailure(line) : undefined

/** The time that a line begins with; NaN where it has none that tells its zone. */
function timeIn(line: string): number {
  return Date.parse(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/.exec(line.slice(0, 80))?.[0] ?? '')
}
