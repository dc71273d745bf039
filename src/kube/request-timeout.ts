import {ClusterError} from './errors.js'

const UNITS: Record<string, number> = {ns: 1e-6, us: 1e-3, 'µs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000}

/**
 * `--request-timeout` as kubectl reads it: whole seconds, or a Go duration (`5s`, `1m30s`). Returns milliseconds; 0 means no limit.
 */
export function parseRequestTimeout(text: string | undefined): number {
  if (text === undefined || text === '') return 0
  if (/^\d+$/.test(text)) return Number(text) * 1000
  if (!/^\+?(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) {
    throw new ClusterError('error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)')
  }
  return [...text.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g)].reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!, 0)
}
