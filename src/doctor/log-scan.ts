import type {Ended, Patient} from './patient.js'
import {shortened, tellingLine, type LogLine} from './telling-line.js'
import type {Evidence, Log} from './types.js'

export {isError, shortened, tellingLine, type LogLine} from './telling-line.js'

/** The log of the run that ended: of the one before where the container is up again. The runtime may have dropped it already. */
export const logOfEnd = (patient: Patient, {name, ended}: Ended): Log | null | undefined =>
  patient.log({name}, {previous: ended.previous}) ?? (ended.previous && patient.log({name}, {previous: true}) === null ? patient.log({name}, {previous: false}) : undefined)

/** What the log of that run has to say, as the end of a sentence, and the line as evidence. */
export function lastWords(patient: Patient, container: Ended): {words: string, evidence: Evidence[], line: LogLine | undefined} {
  const log = logOfEnd(patient, container)
  const line = log ? tellingLine(log) : undefined
  if (line) return {words: `: ${shortened(line.text)}`, evidence: [patient.citeLog(line.log, line.line)], line}
  const {message, path} = container.ended
  if (message) return {words: `: ${shortened(message.trim().split('\n').at(-1) ?? '')}`, evidence: [patient.cite(patient.pod, `${path}.message`)], line: undefined}
  return {words: log && !log.cut ? ', and wrote nothing.' : '.', evidence: [], line: undefined}
}
