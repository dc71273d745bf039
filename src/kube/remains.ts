import type {Snapshot} from '../doctor/types.js'
import {looksSecret} from './mask.js'
import type {KubeObject} from './types.js'

interface Env {name?: string, value?: string}

/** What a person should look through before they share a snapshot: one line for each sort of thing that is left in it. */
export function remains({objects, logs}: Snapshot): string[] {
  const plain = new Set<string>()
  let values = 0
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, below] of Object.entries(value)) {
        if (key === 'env' && Array.isArray(below)) {
          for (const {name, value: text} of below as Env[]) {
            if (name === undefined || !text || looksSecret(name) || text === '<masked>') continue
            plain.add(name)
            values++
          }
        }
        visit(below)
      }
    }
  }
  objects.forEach(visit)
  const configMaps = objects.filter(({kind, metadataOnly}) => kind === 'ConfigMap' && !metadataOnly) as (KubeObject & {data?: object})[]
  const keys = configMaps.reduce((sum, {data}) => sum + Object.keys(data ?? {}).length, 0)
  const lines = logs.reduce((sum, {text}) => sum + (text === '' ? 0 : text.replace(/\n$/, '').split('\n').length), 0)
  const annotated = objects.filter(({metadata}) => Object.keys(metadata?.annotations ?? {}).length > 0).length
  return [
    ...(values > 0 ? [`${count(values, 'environment value')} that ${values === 1 ? 'does' : 'do'} not look secret: ${some([...plain].toSorted())}`] : []),
    ...(keys > 0 ? [`${count(configMaps.length, 'ConfigMap')} with ${count(keys, 'key')}: ${some(configMaps.map(({metadata}) => metadata?.name ?? '').toSorted())}`] : []),
    ...(logs.length > 0 ? [`${count(logs.length, 'log')}, ${count(lines, 'line')}`] : []),
    ...(annotated > 0 ? [`annotations of ${count(annotated, 'object')}`] : []),
    ...(objects.length > 0 ? ['host names, image names, labels, names of Secrets and of their keys'] : []),
  ]
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`
const some = (names: string[]) => names.length > 8 ? `${names.slice(0, 8).join(', ')}, …` : names.join(', ')
