import type {Container} from '../kube/types.js'

/** Commands that do not end by themselves and ask nobody for anything: `sleep infinity`, `tail -f /dev/null`, `sleep` for ten minutes and more. */
export function isEndless({command = [], args = []}: Container): boolean {
  const words = [...command, ...args].join(' ')
  if (/\b(?:until|nc|nslookup|wget|curl|kubectl|wait)\b/.test(words)) return false
  const [, number, unit = ''] = /(?:^|[\s;&/])sleep (\d+(?:\.\d+)?)([smhd]?)\s*(?:[;&"']|$)/.exec(words) ?? []
  const seconds = number === undefined ? 0 : Number(number) * ({s: 1, m: 60, h: 3600, d: 86400}[unit] ?? 1)
  return seconds >= 600 || /\bsleep (?:inf|infinity)\b|\btail -f \/dev\/null\b|\bwhile (?:true|:|\[ 1 \]); do\b|\bpause\b/.test(words)
}
