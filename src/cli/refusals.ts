import {isCustom} from '../doctor/kind.js'
import {EVERYWHERE, type Diagnosis, type Missing, type Read, type Target} from '../doctor/types.js'
import {groupAndVersion, resources} from '../kube/resources.js'
import type {Kind} from '../kube/types.js'

/**
 * What kubectl would print on stderr about targets that are not there or may not be read; none when all is well. What could
 * not be read for another reason is told only when there is nothing else to tell: the report says it, too.
 */
export function refusalsOf(diagnosis: Diagnosis): string[] {
  const {targets, missing, unread} = diagnosis
  const told = unread.filter(({outcome}) => outcome === 'forbidden' || isBlind(diagnosis))
  return [...missing.flatMap(notFound), ...targets.flatMap(target => told.filter(read => isOf(read, target)).slice(0, 1).map(read => refused(read, target)))]
}

/** Nothing at all is known about the targets, so that there is nothing to report but the refusals. */
export const isBlind = ({states, missing, looked}: Diagnosis): boolean =>
  looked.pods === 0 && states.every(({condition}) => condition === 'unknown') && states.length + missing.length > 0

function notFound({target: {kind, name, selector}, nearest, elsewhere}: Missing): string[] {
  if (selector !== undefined) return ['error: no matching resources found']
  return [
    `Error from server (NotFound): ${resourceOf(kind)} "${name}" not found`,
    ...(nearest.length > 0 ? [`Did you mean: ${nearest.join(', ')}?`] : []),
    ...(elsewhere.length > 0 ? [`${resourceOf(kind)} "${name}" exists in namespace: ${elsewhere.join(', ')}`] : []),
  ]
}

const isOf = (read: Read, {kind, name, namespace, selector}: Target): boolean =>
  'get' in read ? read.get === kind && read.name === name && read.namespace === namespace
  : 'list' in read && (kind === 'Namespace' ? read.list === 'Pod' && (read.namespace ?? EVERYWHERE) === name : selector !== undefined && read.list === kind && read.namespace === namespace)

const refused = ({outcome, message = ''}: Read, {kind, name}: Target): string =>
  outcome === 'forbidden' ? `Error from server (Forbidden): ${message}` : `error: ${resourceOf(kind)} "${name}": ${message}`

/** As the API server names it in its errors: with the group, unless it is the core's. */
function resourceOf(kind: string): string {
  if (isCustom(kind)) return kind.toLowerCase()
  const {apiVersion, plural} = resources[kind as Kind]
  const {group} = groupAndVersion(apiVersion)
  return group === '' ? plural : `${plural}.${group}`
}
