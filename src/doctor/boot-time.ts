import type {Container} from '../kube/types.js'
import type {Log} from './types.js'
import type {Probe} from './probes.js'

/** How long a program needs before it answers, and who says so. */
export interface BootTime {
  seconds: number
  /** The end of a sentence. */
  why: string
  /** The line (counted from 0) of the log that says it. */
  line?: number
}

/** Seconds from the start of a container to the probe's last failure that is allowed. The defaults are those of the API. */
export const budgetOf = ({initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3}: Probe): number => initialDelaySeconds + failureThreshold * periodSeconds

/** `initialDelaySeconds 5 + 3 x 10 s`. */
export const budgetWords = ({initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3}: Probe): string =>
  `${initialDelaySeconds > 0 ? `initialDelaySeconds ${initialDelaySeconds} + ` : ''}${failureThreshold} x ${periodSeconds} s`

/** Frameworks that say how long their start took: Spring, Quarkus, Vite, Dropwizard. */
const STARTED_IN = /\b(?:started|ready|up|booted|initialized)\b.{0,60}?\bin ([\d.]+) ?(s\b|sec|ms\b|milli)/i

/** How long the program takes to start: by its log, or by what its command sleeps before it serves. */
export function bootTime({command = [], args = []}: Container, log: Log | null | undefined): BootTime | undefined {
  for (const [line, words] of log?.text.split('\n').entries() ?? []) {
    const [, number = '', unit = ''] = STARTED_IN.exec(words) ?? []
    if (number !== '') return {seconds: Math.round(Number(number) / (unit.startsWith('m') ? 1000 : 1)), why: 'by its log', line}
  }
  const slept = sleeps([...command, ...args].join(' '))
  return slept.length === 0 ? undefined : {seconds: slept.reduce((sum, each) => sum + each, 0), why: `its command sleeps ${slept.join(' + ')} s before it serves`}
}

/** The pauses in a shell command, in seconds, but for those of loops and of what serves. */
export function sleeps(command: string): number[] {
  return [...command.replaceAll(String.raw`\n`, '\n').replaceAll(/\b(?:while|until|for)\b[\s\S]*?\bdone\b/g, '').matchAll(/\bsleep (\d+(?:\.\d+)?)([smh]?)\b(?!\s*&?\s*$)/g)]
    .map(([, number, unit]) => Number(number) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1))
}
