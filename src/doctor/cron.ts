/** The minutes at which a CronJob is due, as far as its schedule can be read: five fields, or one of the words for them. */
export interface Schedule {
  minutes: Set<number>
  hours: Set<number>
  days: Set<number>
  months: Set<number>
  weekdays: Set<number>
  /** Both days of the month and of the week are given: then either is enough. */
  eitherDay: boolean
}

const WORDS: Record<string, string> = {
  '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *', '@monthly': '0 0 1 * *', '@weekly': '0 0 * * 0', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@hourly': '0 * * * *',
}
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** `undefined` for what cannot be read, `@every` among it. After robfig/cron v3, which the controller uses. */
export function parseSchedule(text: string): Schedule | undefined {
  const fields = (WORDS[text.trim().toLowerCase()] ?? text.trim()).split(/\s+/)
  const [minutes, hours, days, months, weekdays] = [[0, 59], [0, 23], [1, 31], [1, 12, MONTHS], [0, 7, WEEKDAYS]]
    .map((range, i) => fieldOf(fields[i] ?? '', ...range as [number, number, string[]?]))
  if (fields.length !== 5 || !minutes || !hours || !days || !months || !weekdays) return undefined
  if (weekdays.has(7)) weekdays.add(0)
  const open = (field: string | undefined) => /^[*?](?:\/1)?$/.test(field ?? '')
  return {minutes, hours, days, months, weekdays, eitherDay: !open(fields[2]) && !open(fields[4])}
}

function fieldOf(text: string, low: number, high: number, names: string[] = []): Set<number> | undefined {
  const numbers = new Set<number>()
  const value = (word: string) => names.includes(word.toLowerCase()) ? names.indexOf(word.toLowerCase()) + (high === 12 ? 1 : 0) : /^\d+$/.test(word) ? Number(word) : NaN
  for (const part of text.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? []
    const [from = '', to] = range.split('-')
    const any = range === '*' || range === '?'
    const [start, end] = any ? [low, high === 7 ? 6 : high] : [value(from), to !== undefined ? value(to) : step !== undefined ? high : value(from)]
    if (Number.isNaN(start) || Number.isNaN(end) || start < low || end > high || step === '0') return undefined
    for (let n = start; n <= end; n += Number(step ?? 1)) numbers.add(n)
  }
  return numbers.size > 0 ? numbers : undefined
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** The first time after the given one (both in milliseconds, of UTC) at which it is due; `undefined`: never within five years. */
export function nextDue({minutes, hours, days, months, weekdays, eitherDay}: Schedule, after: number): number | undefined {
  const begin = (Math.floor(after / MINUTE) + 1) * MINUTE
  for (let midnight = Math.floor(begin / DAY) * DAY, count = 0; count < 5 * 366; midnight += DAY, count++) {
    const date = new Date(midnight)
    const [ofMonth, ofWeek] = [days.has(date.getUTCDate()), weekdays.has(date.getUTCDay())]
    if (!months.has(date.getUTCMonth() + 1) || !(eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek)) continue
    for (let time = Math.max(midnight, begin); time < midnight + DAY; time += MINUTE) {
      const minute = Math.floor((time - midnight) / MINUTE)
      if (hours.has(Math.floor(minute / 60)) && minutes.has(minute % 60)) return time
    }
  }
  return undefined
}
