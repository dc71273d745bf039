const MASK = '<masked>'

/** Names of variables and keys whose value is a secret. Names that only speak about one (a path, an address, a lifetime) are not. */
const SECRET_NAME = /(?:^|[^a-z])(?:pass|pwd|pin)$|passwd|passw(?:or)?d|passphrase|pwd(?:$|[^a-z])|secret|token|api_?key|access_?key|private_?key|encryption_?key|signing_?key|master_?key|credential|_auth$|^auth$|_dsn$|salt$|cookie/i
const ABOUT_ONE = /(?:_|^|-|\.)(?:file|path|dir|name|namespace|url|uri|endpoint|host|port|ttl|expir\w*|lifetime|length|size|policy|type|algorithm|issuer|audience|ref|enabled?|version|id|header|timeout|interval|method|mount\w*|provider|realm|count|max|min)s?$|(?:_|^)tokens$/i

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

const unquoted = (value: string) => value.replaceAll(/^["']|["']$/g, '')

type Replace = (all: string, before: string, value: string) => string

const unlessPlain: Replace = (all, before, value) => PLAIN.test(value) ? all : `${before}${MASK}`

/**
 * Each pattern stands for one way in which secrets are written into text. All of them are bounded, or begin where a word
 * begins: a log may be made to keep a program busy.
 */
const PATTERNS: [find: RegExp, put: string | Replace][] = [
  // PEM: private keys of all kinds, also one that was cut off.
  [/-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----|$)/g, MASK],
  // JSON Web Tokens.
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, MASK],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, MASK],
  [/(?<![\w-])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|sk_live_\w{16,}|AIza[\w-]{35})/g, MASK],
  // scheme://user:password@host, and redis://:password@host. A password may hold @ and /.
  [/((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/?#@'"<>]{0,200}:)([^\s'"<>]{1,400})(?=@[^\s@/])/gi, unlessPlain],
  // A header, not the prose of registries ("may require authorization: server message: …").
  [/(\bauthorization["']?\s{0,5}[:=]\s{0,5}["']?(?:bearer|basic|token|digest)\s{1,5})([^\s"',;]+)/gi, unlessPlain],
  [/(\bauthorization["']?\s{0,5}[:=]\s{0,5}["']?)([^\s"',;]{16,})/gi, unlessPlain],
  [/(\bbearer\s{1,5})([A-Za-z0-9._~+/=-]{8,})/gi, unlessPlain],
  // --password=x, PGPASSWORD=x, ?token=x&, password=x;
  [/(?<![\w.-])([\w.-]{1,80}=)("[^"\n]*"|'[^'\n]*'|[^\s"'&;,]+)/g, (all, name, value) =>
    looksSecret(name.replace(/^-+/, '').slice(0, -1)) && !PLAIN.test(unquoted(value)) ? `${name}${MASK}` : all],
  // {"password": "x"}
  [/("[\w.-]{1,80}"\s{0,5}:\s{0,5})("(?:[^"\\\n]|\\.){1,4000}")/g, (all, name, value) =>
    looksSecret(name.slice(1, name.lastIndexOf('"'))) && !PLAIN.test(unquoted(value)) ? `${name}"${MASK}"` : all],
]

/** A text without what looks like a secret wherever it comes from: URLs, arguments, tokens, keys. */
export function maskText(text: string): string {
  if (text.length < 8 || !/[=:@.]|-----|AKIA|ASIA|bearer|gh[pousr]_|glpat|xox|sk_live|AIza/i.test(text)) return text
  return PATTERNS.reduce((rest, [find, put]) => rest.replaceAll(find, put as string), text)
}

/** As {@link maskText}, and `password: x` of YAML and properties. Only for files; in a log it may be prose. */
export const maskFile = (text: string): string => maskText(text).replaceAll(
  /^([ \t]*(?:- )?["']?([\w.-]{1,80})["']?[ \t]*:[ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s,#[{|>&*!][^\n,#]*)/gm,
  (all: string, before: string, name: string, value: string) => looksSecret(name) && !PLAIN.test(unquoted(value.trim())) ? `${before}${MASK}${/\s*$/.exec(value)![0]}` : all)

/** Words of a command line: `--password x` masks the second word. */
export function maskWords(words: unknown[]): unknown[] {
  return words.map((word, i) => {
    const before = words[i - 1]
    if (typeof word !== 'string') return word
    const flag = typeof before === 'string' ? /^--?([A-Za-z][\w.-]*)$/.exec(before)?.[1] : undefined
    return flag !== undefined && looksSecret(flag) && !word.startsWith('-') ? maskValue(flag, word) : maskText(word)
  })
}
