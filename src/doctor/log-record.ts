/** What a line of a structured log says: its level, where it has one, and its words together with the error. */
export interface LogRecord {
  level: 'fatal' | 'error' | 'lower' | undefined
  words: string
}

/** The names by which loggers call the level (zap, logrus, slog, pino, serilog, log4j's JSON layouts, ECS, MongoDB), the message and the error. */
const LEVELS = ['level', 'severity', 'lvl', '@level', 'log.level', 'levelname', 'loglevel', 'LogLevel', '@l', 'L', 's']
const MESSAGES = ['msg', 'message', '@message', '@m', '@mt', 'M', 'event', 'Message', 'text']
const ERRORS = ['error', 'err', 'exception', '@x', 'Exception', 'errorMessage', 'error.message', 'exc_info', 'cause', 'thrown', 'reason']

/** A line of JSON or of logfmt; undefined for any other. */
export function recordOf(text: string): LogRecord | undefined {
  const fields = jsonOf(text.trim()) ?? logfmtOf(text)
  if (!fields) return undefined
  const pick = (names: string[]) => names.map(name => fields[name]).find(value => value !== undefined && value !== null && value !== '')
  const message = wordsOf(pick(MESSAGES))
  const error = wordsOf(pick(ERRORS) ?? (fields['attr'] as Record<string, unknown> | undefined)?.['error'])
  const words = error === '' || message.includes(error) ? message : message === '' ? error : `${message}: ${error}`
  if (words === '') return undefined
  return {level: levelOf(pick(LEVELS)) ?? (error === '' ? undefined : 'error'), words: words.replaceAll(/\s*\n\s*/g, ' ').trim()}
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function logfmtOf(text: string): Record<string, unknown> | undefined {
  if (!/(?:^|\s)(?:level|lvl|severity)=/.test(text)) return undefined
  const pairs = [...text.matchAll(/(?:^|\s)([\w.@-]+)=("(?:[^"\\]|\\.)*"|\S*)/g)]
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\n/g, '\n').replaceAll(/\\(.)/g, '$1') : value]))
}

/** Errors are often objects: pino's `err`, MongoDB's `attr.error`; a stack is told by its first line. */
function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value.split(/\n\s+at |\nTraceback/)[0]!.trim()
  if (typeof value !== 'object' || value === null) return ''
  const {message, msg, errmsg, type, name, stack_trace: stack} = value as Record<string, unknown>
  const words = wordsOf(message ?? msg ?? errmsg ?? stack)
  const kind = typeof type === 'string' ? type : typeof name === 'string' ? name : ''
  return kind === '' || words === '' || words.includes(kind) ? words : `${kind}: ${words}`
}

function levelOf(level: unknown): LogRecord['level'] {
  // pino and bunyan count: 50 is error, 60 fatal.
  if (typeof level === 'number') return level >= 60 ? 'fatal' : level >= 50 ? 'error' : 'lower'
  if (typeof level !== 'string') return undefined
  return /^(?:d?panic|fatal|critical|crit|emerg(?:ency)?|alert|f|severe)$/i.test(level) ? 'fatal' : /^(?:err|error|e)$/i.test(level) ? 'error' : 'lower'
}
