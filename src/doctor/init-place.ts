import type {ContainerView, Patient} from './patient.js'

/** `Init container "wait-for-db" (1 of 2)`. */
export function initWords({containers}: Patient, {name}: ContainerView): string {
  const inits = containers.filter(({role}) => role !== 'main')
  return `Init container "${name}"${inits.length > 1 ? ` (${inits.findIndex(init => init.name === name) + 1} of ${inits.length})` : ''}`
}

/** Who waits for it: `containers "unpack", "web" wait for it`. */
export function waitersOf({containers}: Patient, {name}: ContainerView): string {
  const later = containers.slice(containers.findIndex(other => other.name === name) + 1).map(other => `"${other.name}"`)
  return `${later.length === 1 ? 'container' : 'containers'} ${later.join(', ')} ${later.length === 1 ? 'waits' : 'wait'} for it`
}
