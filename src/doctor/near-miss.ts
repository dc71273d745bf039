import {byText} from './order.js'

/** How near a candidate is to the name that was wanted, and why. From 0.85 up it may stand in a fix, below it "also exists". */
export interface NearMiss {
  name: string
  score: number
}

/** Scores from here up may be named as what was meant. */
export const STRONG = 0.85

/** Pairs that people use for one another, shorter form first. */
const ABBREVIATIONS: [string, string][] = [
  ['app', 'application'], ['auth', 'authentication'], ['cert', 'certificate'], ['certs', 'certificates'], ['cfg', 'config'], ['cm', 'configmap'], ['conf', 'config'],
  ['config', 'configuration'], ['cred', 'credential'], ['creds', 'credentials'], ['db', 'database'], ['dev', 'development'], ['env', 'environment'],
  ['msg', 'message'], ['pass', 'password'], ['passwd', 'password'], ['pg', 'postgres'], ['prod', 'production'], ['pwd', 'password'], ['repo', 'repository'],
  ['svc', 'service'], ['user', 'username'],
]

/**
 * Ranks candidates for a name that does not exist: the same letters with other separators or case (1.0); a few typing
 * errors (0.95); abbreviated words, or the same words in another order (0.9); an object that holds all the keys that were asked for (0.85); half of the words in common (0.5). Edit distance alone
 * is not enough: real near misses are abbreviations and separators, and short names are near to everything.
 */
export function nearMisses(wanted: string, candidates: Iterable<string | {name: string, keys?: string[] | undefined}>, wantedKeys: string[] = []): NearMiss[] {
  const scored: NearMiss[] = []
  for (const candidate of candidates) {
    const {name, keys = []} = typeof candidate === 'string' ? {name: candidate} : candidate
    const score = Math.max(scoreOf(wanted, name), wantedKeys.length > 0 && wantedKeys.every(key => keys.includes(key)) ? 0.85 : 0)
    if (score > 0) scored.push({name, score})
  }
  return scored.toSorted((a, b) => b.score - a.score || byText(a.name, b.name))
}

/**
 * Names that a person may have meant who named something that is not there, best first: nearer and farther misses, and
 * names that begin with what was typed (a pod's name without what its controller adds). For "did you mean", never for a fix.
 */
export function nearest(wanted: string, names: string[]): string[] {
  const near = nearMisses(wanted, names).map(({name}) => name)
  const begun = names.filter(name => name.startsWith(`${wanted}-`)).toSorted()
  const typed = names.filter(name => distance(wanted, name) <= (wanted.length > 5 ? 2 : 1)).toSorted((a, b) => distance(wanted, a) - distance(wanted, b) || byText(a, b))
  return [...new Set([...begun, ...near, ...typed])].filter(name => name !== wanted)
}

/** From 0 (nothing in common) to 1 (the same but for case and separators). */
export function scoreOf(wanted: string, name: string): number {
  const [a, b] = [wanted.toLowerCase(), name.toLowerCase()]
  if (wanted === name) return 0
  if (a.replaceAll(/[-_. /]/g, '') === b.replaceAll(/[-_. /]/g, '')) return 1
  const edits = distance(a, b)
  if (edits <= 2 && edits <= 0.25 * Math.max(a.length, b.length)) return 0.95
  const [x, y] = [tokensOf(a), tokensOf(b)]
  if (sameTokens(x, y) || (x.length > 1 && sameTokens(x.toSorted(), y.toSorted()) && x.length === y.length)) return 0.9
  const common = x.filter(token => y.some(other => sameToken(token, other))).length
  return common > 0 && common >= 0.5 * Math.max(x.length, y.length) ? 0.5 : 0
}

const tokensOf = (name: string) => name.split(/[-_. /]+/).filter(Boolean)

const sameToken = (a: string, b: string) => a === b || ABBREVIATIONS.some(([short, long]) => (a === short && b === long) || (a === long && b === short))

/** Word by word the same or abbreviated, or one name begins with all the words of the other. */
function sameTokens(x: string[], y: string[]): boolean {
  const [short, long] = x.length <= y.length ? [x, y] : [y, x]
  return short.length > 0 && short.every((token, i) => sameToken(token, long[i] ?? '')) && (short.length === long.length || (short.length > 1 && long.length === short.length + 1))
}

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours. */
export function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8) return Math.abs(a.length - b.length)
  let [before, last] = [[] as number[], Array.from({length: b.length + 1}, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, before[j - 2]! + 1)
    }
    [before, last] = [last, row]
  }
  return last[b.length]!
}
