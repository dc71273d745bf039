import {rules} from '../rules/index.js'
import {phases} from '../types.js'
import {wrap} from './layout.js'

/** What the rule has to say to a person who meets the fault for the first time; empty for a rule that does not exist. */
export const pageOf = (id: string): string => paragraph(rules.find(rule => rule.id === id)?.explain ?? '')

const paragraph = (text: string) => text.replaceAll(/\s+/g, ' ').trim()

/** All rules, in the order of a pod's life: what `kubectl pod-doctor rules` prints. */
export function catalogue(): string {
  const width = Math.max(...rules.map(({id}) => id.length))
  return phases.flatMap(phase => {
    const own = rules.filter(rule => rule.phase === phase)
    return own.length === 0 ? [] : [`${phase}\n`, ...own.map(({id, title}) => `  ${id.padEnd(width)}  ${title}\n`)]
  }).join('')
}

/** One rule's page; undefined for a rule that does not exist. */
export function page(id: string): string | undefined {
  const rule = rules.find(rule => rule.id === id)
  if (!rule) return undefined
  const refined = [rule.refines ?? []].flat()
  return `${rule.id}: ${rule.title}\n`
    + `phase ${rule.phase}, ${rule.severity}, ${rule.heals === 'never' ? 'does not heal by itself' : 'can heal by itself'}${refined.length > 0 ? `, says more exactly than ${refined.join(', ')}` : ''}\n\n`
    + wrap(paragraph(rule.explain), '')
}
