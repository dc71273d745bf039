const MASK = '<masked>'

/** Names of variables and keys whose value is a secret. Names that only speak about one (a path, an address, a lifetime) are not. */
const SECRET_NAME = /(?:^|[^a-z])(?:pass|pwd|pin)$|passwd|passw(?:or)?d|passphrase|pwd(?:$|[^a-z])|secret|token|api_?key|access_?key|private_?key|encryption_?key|signing_?key|master_?key|credential|_auth$|^auth$|_dsn$|salt$|cookie/i
const ABOUT_ONE = /(?:_|^|-|\.)(?:file|path|dir|name|namespace|url|uri|endpoint|host|port|ttl|expir\w*|lifetime|length|size|policy|type|algorithm|issuer|audience|ref|enabled?|version|id|header|timeout|interval|method|mount\w*|provider|realm|count|max|min)s?$/i

/** Values that a secret never has, and that a diagnosis needs: `MYSQL_ALLOW_EMPTY_PASSWORD=yes`. */
const PLAIN = /^(?:|yes|no|true|false|on|off|null|none|nil|~|0|1|<[^<>]*>|(?:\$\([^()]*\)|\$\{[^{}]*\})+)$/i

/** Whether a variable or key of this name holds a secret, as far as its name tells. */
export function looksSecret(name: string): boolean {
  const words = name.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2').replaceAll(/[-.]/g, '_')
  return SECRET_NAME.test(words) && !ABOUT_ONE.test(words)
}

/** The value of a variable or key, masked where its name says so. That it is empty, or a plain yes or no, stays visible. */
export const maskValue = (name: string, value: string): string =>
  looksSecret(name) && !PLAIN.test(value.trim()) ? MASK : maskText(value)

const NAME_IN_TEXT = String.raw`[A-Za-z0-9_.-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?)`

/** Each pattern stands for one way in which secrets are written into text. */
const PATTERNS: [find: RegExp, put: string | ((...groups: string[]) => string)][] = [
  // PEM: private keys of all kinds, also where a line break is written as \n, and one that was cut off.
  [/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|$)/g, MASK],
  // JSON Web Tokens; the middle part begins with {" in base64, too, for all that Kubernetes issues.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, MASK],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|sk_live_\w{16,}|AIza[\w-]{35})/g, MASK],
  // scheme://user:password@host, and redis://:password@host. A password may hold @ and /.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@'"<>]*):([^\s'"<>]+)@(?=[^\s@/]+)/gi, (all, user = '', password = '') => PLAIN.test(password) ? all : `${user}:${MASK}@`],
  // Oracle's and MySQL's own: user/password@ is left alone, it looks like a path.
  [/\b(authorization["']?\s*[:=]\s*["']?(?:bearer|basic|token)?\s*)([^\s"',;]+)/gi, (all, before = '', value = '') => PLAIN.test(value) ? all : `${before}${MASK}`],
  [/\b(bearer\s+)([A-Za-z0-9._~+/=-]{8,})/gi, `$1${MASK}`],
  // --password=x, PGPASSWORD=x, ?token=x&, password=x;
  [new RegExp(String.raw`(?<![A-Za-z0-9])(-{0,2}${NAME_IN_TEXT})=("[^"\n]*"|'[^'\n]*'|[^\s"'&;,]+)`, 'gi'),
    (all, name = '', value = '') => PLAIN.test(value.replaceAll(/^["']|["']$/g, '')) || ABOUT_ONE.test(name) ? all : `${name}=${MASK}`],
]

/** A text without what looks like a secret wherever it comes from: URLs, arguments, tokens, keys. */
export function maskText(text: string): string {
  if (text.length < 8 || !/[=:@.]|-----|AKIA|ASIA|bearer|gh[pousr]_|glpat|xox|sk_live|AIza/i.test(text)) return text
  return PATTERNS.reduce((rest, [find, put]) => rest.replaceAll(find, put as string), text)
}

/** YAML, JSON and properties within a text: `password: x`, `"password": "x"`. Only for files; in a log it may be prose. */
export function maskFile(text: string): string {
  return maskText(text).replaceAll(
    new RegExp(String.raw`^([ \t]*(?:- )?["']?(${NAME_IN_TEXT})["']?[ \t]*:[ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s,#][^\n,#]*)(?=[ \t]*(?:,|#|$))`, 'gim'),
    (all: string, before: string, name: string, value: string) => PLAIN.test(value.trim().replaceAll(/^["']|["']$/g, '')) || ABOUT_ONE.test(name) || /^[[{|>&*!]/.test(value) ? all : `${before}${/^"/.test(value) ? `"${MASK}"` : MASK}`)
}

/** Words of a command line: `--password x` masks the second word. */
export function maskWords(words: unknown[]): unknown[] {
  return words.map((word, i) => {
    const before = words[i - 1]
    if (typeof word !== 'string') return word
    const flag = typeof before === 'string' ? /^--?([A-Za-z][\w.-]*)$/.exec(before)?.[1] : undefined
    return flag !== undefined && looksSecret(flag) && !word.startsWith('-') ? maskValue(flag, word) : maskText(word)
  })
}
