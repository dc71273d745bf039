/** Words that are values of many Secrets and secret in none; to replace them would only make a report unreadable. */
const COMMON = new Set(['true', 'false', 'yes', 'none', 'null', 'default', 'localhost', '127.0.0.1', '0.0.0.0', 'http', 'https', 'tcp', 'udp', 'opaque'])
const SHORTEST = 3
/** Shorter values are replaced only where they stand as a word of their own. */
const SHORT = 8

/**
 * Remembers the values of the Secrets that were read, in memory only, and replaces them wherever they turn up: as they
 * are, in base64 (also inside of something longer that was encoded as a whole), URL-encoded and JSON-escaped.
 */
export class Scrubber {
  private readonly labels = new Map<string, string>()
  private pattern: RegExp | undefined

  /** `value` as it lies in the Secret, decoded; `label` says where it is from: `db/password`. */
  remember(value: Buffer, label: string): void {
    const text = value.toString('utf8')
    if (text.includes('\uFFFD')) {
      if (value.length >= SHORT) this.encodings(value, label)
      return
    }
    // Certificates are public, and every pod has the cluster's.
    if (/^\s*-----BEGIN CERTIFICATE-----/.test(text) && !text.includes('PRIVATE KEY')) return
    this.add(text, label)
    const lines = text.trim().split(/\r?\n/)
    if (lines.length > 1) for (const line of lines) if (line.trim().length >= SHORT && !/^-----(?:BEGIN|END) /.test(line)) this.add(line, label)
    for (const part of partsOf(text, lines)) if (part.length >= SHORT) this.add(part, label)
  }

  get size(): number {
    return this.labels.size
  }

  /** `known` holds texts that are public by where they stand (names, images): a value that is one of them hides nothing. */
  scrub(text: string, known?: ReadonlySet<string>): string {
    if (this.labels.size === 0 || text.length < SHORTEST) return text
    return text.replaceAll(this.compiled(), found => known?.has(found) ? found : `<secret:${this.labels.get(found)}>`)
  }

  private add(raw: string, label: string): void {
    const text = raw.trim()
    if (text.length < SHORTEST || COMMON.has(text.toLowerCase())) return
    this.put(text, label)
    for (const form of [JSON.stringify(text).slice(1, -1), encodeURIComponent(text), encodeURIComponent(text).replaceAll('%20', '+')]) this.put(form, label)
    this.encodings(Buffer.from(text), label)
    for (const whole of new Set([raw, `${text}\n`])) this.put(Buffer.from(whole).toString('base64'), label)
  }

  private encodings(value: Buffer, label: string): void {
    for (const encoding of ['base64', 'base64url'] as const) {
      this.put(value.toString(encoding), label)
      if (value.length < SHORT) continue
      // Inside of something longer the value begins at any of three places of a base64 group; its ends mix with what is around.
      for (const before of [0, 1, 2]) {
        const encoded = Buffer.concat([Buffer.alloc(before), value]).toString(encoding).replaceAll('=', '')
        const bits = (before + value.length) * 8
        this.put(encoded.slice(Math.ceil(before * 8 / 6), Math.floor(bits / 6)), label)
      }
    }
  }

  private put(form: string, label: string): void {
    const before = this.labels.get(form)
    if (before !== undefined && before <= label) return
    this.labels.set(form, label)
    this.pattern = undefined
  }

  private compiled(): RegExp {
    if (this.pattern) return this.pattern
    const escape = (form: string) => form.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`)
    // The longest first: a value may be part of another.
    const forms = [...this.labels.keys()].toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))
    const long = forms.filter(form => form.length >= SHORT).map(escape)
    const short = forms.filter(form => form.length < SHORT).map(escape)
    this.pattern = new RegExp([...long, ...short.length > 0 ? [`(?<![A-Za-z0-9_])(?:${short.join('|')})(?![A-Za-z0-9_])`] : []].join('|'), 'g')
    return this.pattern
  }
}

/** Values inside of a value that is a file itself: the strings of JSON, the right sides of `NAME=value` and `name: value`. */
function partsOf(text: string, lines: string[]): string[] {
  if (/^\s*[{[]/.test(text)) {
    try {
      return leavesOf(JSON.parse(text))
    } catch {
      // no JSON after all
    }
  }
  return lines.length < 2 ? [] : lines.flatMap(line => /^\s*[\w.-]+\s*[=:]\s*["']?(.*?)["']?\s*$/.exec(line)?.[1] ?? [])
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') {
    // `auth` of a registry login is base64 of user:password.
    const decoded = /^[A-Za-z0-9+/]{8,}={0,2}$/.test(value) ? Buffer.from(value, 'base64').toString('utf8') : ''
    const [, password] = /^[\x20-\x7e]+?:([\x20-\x7e]+)$/.exec(decoded) ?? []
    return [value, ...(password === undefined ? [] : [decoded, password])]
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : []
}
