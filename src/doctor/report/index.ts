import type {Diagnosis, Snapshot} from '../types.js'

export const formats = ['text', 'json', 'yaml', 'snapshot'] as const
export type Format = (typeof formats)[number]

export interface ReportOptions {
  /** Print what every rule that spoke has to say, and what was suppressed and why. */
  explain?: boolean
  color?: boolean
}

/** Renders a diagnosis; the text ends with a newline. A format that needs a library loads it when it is asked for. */
export async function report(format: Format, snapshot: Snapshot, diagnosis: Diagnosis, options: ReportOptions = {}): Promise<string> {
  switch (format) {
    case 'text': return (await import('./text.js')).text(diagnosis, snapshot, options)
    case 'json': return `${JSON.stringify(diagnosis, null, 2)}\n`
    case 'yaml': return (await import('yaml')).stringify(diagnosis, {lineWidth: 0, aliasDuplicateObjects: false})
    case 'snapshot': return (await import('yaml')).stringify(snapshot, {lineWidth: 0, aliasDuplicateObjects: false})
  }
}
