import {EVERYWHERE, type Diagnosis, type Snapshot, type Target} from '../types.js'

export const formats = ['text', 'wide', 'name', 'json', 'yaml', 'snapshot'] as const
export type Format = (typeof formats)[number]

export interface ReportOptions {
  /** Print what every rule that spoke has to say, and what was suppressed and why. */
  explain?: boolean
  color?: boolean
}

/** Of a whole cluster the text is one line per cause; `wide` is the full report there, too. */
const isEverywhere = ({kind, name, namespace, selector}: Target) => (kind === 'Namespace' && name === EVERYWHERE) || (selector !== undefined && namespace === undefined)

/** Renders a diagnosis; the text ends with a newline. A format that needs a library loads it when it is asked for. */
export async function report(format: Format, snapshot: Snapshot, diagnosis: Diagnosis, options: ReportOptions = {}): Promise<string> {
  switch (format) {
    case 'text': return diagnosis.targets.some(isEverywhere) ? (await import('./lines.js')).lines(diagnosis) : (await import('./text.js')).text(diagnosis, snapshot, options)
    case 'wide': return (await import('./text.js')).text(diagnosis, snapshot, options)
    case 'name': return (await import('./lines.js')).names(diagnosis)
    case 'json': return `${JSON.stringify(diagnosis, null, 2)}\n`
    case 'yaml': return (await import('yaml')).stringify(diagnosis, {lineWidth: 0, aliasDuplicateObjects: false})
    case 'snapshot': return (await import('yaml')).stringify(snapshot, {lineWidth: 0, aliasDuplicateObjects: false})
  }
}
