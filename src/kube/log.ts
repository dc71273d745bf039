import {StringDecoder} from 'node:string_decoder'

const HEAD = 8 * 1024
const TAIL = 24 * 1024
const MIDDLE = 32 * 1024
const LINE_HEAD = 3072
const LINE_TAIL = 1024
const BEFORE = 3
const TEMPLATES = 2000

/** Lines that tell of trouble, in the words of many programs. A kept line too many costs little. */
const TROUBLE = /\b(?:error|err|fatal|panic|exception|traceback|fail(?:ed|ure|ing)?|cannot|can't|could not|couldn't|unable|refused|denied|unauthorized|forbidden|not found|no such|missing|invalid|required|must be|timed? ?out|timeout|deadline|killed|out of memory|oom|segfault|segmentation|abort(?:ed|ing)?|critical|crit|severe|emerg|exit(?:ed|ing)?|caused by|unexpected|unknown|not set|not specified|undefined|unresolved|conflict|in use|permission)\b|[a-z](?:Error|Exception)\b/i

interface Line {index: number, text: string, kept: boolean}

/**
 * Keeps of a log what a diagnosis needs, while it streams by: the beginning, the end, and between them the first line of
 * each sort that tells of trouble, with the three lines before it. Never holds more than about 70 KiB.
 */
export class LogDigest {
  private readonly decoder = new StringDecoder('utf8')
  private line = ''
  /** Characters of a line that is too long to keep, and its last ones. */
  private skipped = 0
  private lineEnd = ''
  private index = 0
  private headSize = 0
  private headFull = false
  private tailSize = 0
  private middleSize = 0
  private readonly head: Line[] = []
  private readonly middle: Line[] = []
  private tail: Line[] = []
  private tailFrom = 0
  private readonly templates = new Set<string>()
  private gaps = new Set<number>()

  push(chunk: Buffer): void {
    this.take(this.decoder.write(chunk))
  }

  /** From here on the log goes on somewhere else: an unknown number of lines was not read. */
  gap(): void {
    this.finish()
    this.gaps.add(this.index)
  }

  /** The text, lines that are missing named. `cut` says that some are. */
  end(): {text: string, cut: boolean} {
    this.finish()
    const lines = [...this.head, ...this.middle, ...this.tail.slice(this.tailFrom)].filter(({text}, i, all) => text !== '' || i < all.length - 1)
    const out: string[] = []
    let cut = false
    let next = 0
    for (const {index, text} of lines) {
      const unknown = [...this.gaps].some(gap => gap >= next && gap <= index && gap > 0)
      if (index > next || unknown) {
        out.push(unknown ? '[... lines left out ...]' : `[... ${index - next} ${index - next === 1 ? 'line' : 'lines'} left out ...]`)
        cut = true
      }
      out.push(text)
      next = index + 1
    }
    if ([...this.gaps].some(gap => gap >= next)) {
      out.push('[... lines left out ...]')
      cut = true
    }
    return {text: out.length === 0 ? '' : `${out.join('\n')}\n`, cut}
  }

  private take(text: string): void {
    let start = 0
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', start)) {
      this.grow(text.slice(start, at))
      this.close()
      start = at + 1
    }
    this.grow(text.slice(start))
  }

  private grow(text: string): void {
    const room = LINE_HEAD - this.line.length
    this.line += text.slice(0, room)
    if (text.length <= room) return
    const rest = text.slice(room)
    this.skipped += rest.length
    this.lineEnd = (this.lineEnd + rest).slice(-LINE_TAIL)
  }

  private finish(): void {
    this.take(this.decoder.end())
    if (this.line !== '') this.close()
  }

  private close(): void {
    const lost = this.skipped - this.lineEnd.length
    const raw = lost > 0 ? `${this.line}[... ${lost} characters left out ...]${this.lineEnd}` : this.line + this.lineEnd
    this.line = ''
    this.lineEnd = ''
    this.skipped = 0
    this.add({index: this.index++, text: plain(raw), kept: false})
  }

  private add(line: Line): void {
    const size = line.text.length + 1
    const news = TROUBLE.test(line.text) && this.isNews(line.text)
    if (!this.headFull && this.headSize + size <= HEAD) {
      this.head.push(line)
      this.headSize += size
      return
    }
    this.headFull = true
    this.tail.push(line)
    this.tailSize += size
    if (news) for (const near of this.tail.slice(Math.max(this.tailFrom, this.tail.length - 1 - BEFORE))) near.kept = true
    while (this.tailSize > TAIL && this.tailFrom < this.tail.length - 1) {
      const old = this.tail[this.tailFrom++]!
      this.tailSize -= old.text.length + 1
      if (!old.kept || this.middleSize + old.text.length + 1 > MIDDLE) continue
      this.middle.push(old)
      this.middleSize += old.text.length + 1
    }
    if (this.tailFrom < 4096) return
    this.tail = this.tail.slice(this.tailFrom)
    this.tailFrom = 0
  }

  /** Whether no line of this sort was seen before: lines that differ in numbers, ids and quoted words only are one sort. */
  private isNews(text: string): boolean {
    const template = text.slice(0, 400).replaceAll(/"[^"]*"|'[^']*'/g, '"').replaceAll(/[0-9a-f]{8,}|\d+/gi, '#')
    if (this.templates.has(template) || this.templates.size >= TEMPLATES) return false
    this.templates.add(template)
    return true
  }
}

const SPECIAL = /(?!\t)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]/u

/** A line as a terminal would leave it: no escape sequences, no control characters, of overwritten text the last state. */
export function plain(line: string): string {
  return !SPECIAL.test(line) ? line : line
    // OSC and its kin up to BEL or ST, CSI, then all other escapes of two or three characters.
    .replaceAll(/(?:\x1b[\]P^_X]|[\x9d\x90\x9e\x9f\x98])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)/g, '')
    .replaceAll(/(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/g, '')
    .replaceAll(/\x1b[ -/]*[0-~]?/g, '')
    .replace(/\r+$/, '')
    .replace(/^[\s\S]*\r/, '')
    .replaceAll(/(?!\t)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]/gu, '')
}
