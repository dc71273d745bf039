import type {KubeObject} from '../kube/types.js'
import {changing, editTemplate, wordOf} from './fix.js'
import {templateSpecOf} from './owner.js'
import type {Ended, Patient} from './patient.js'
import {keysOf} from './references.js'
import type {Fix} from './types.js'

/**
 * Where the root password of a MySQL or MariaDB image may come from: a variable that is nearly called right, a Secret that
 * has it, or the image itself, which makes one up. `wanted` is the variable that it reads, `near` the one that was set instead.
 */
export function passwordFixes(patient: Patient, {name, editPath, spec}: Ended, wanted: string, near: string | undefined): Fix[] {
  const {owner} = patient
  const rename = near === undefined ? undefined : editTemplate(patient, [{path: `${editPath}.env[${near}].name`, to: wanted}])
  const secrets = (patient.list('Secret', {namespace: patient.namespace, metadataOnly: true}) ?? []) as KubeObject[]
  const fitting = secrets.flatMap(secret => keysOf(secret).filter(key => /^(?:mysql|mariadb)?[-_.]?root[-_.]?password$/i.test(key)).map(key => ({secret: secret.metadata?.name ?? '', key})))[0]
  const [prefix] = wanted.split('ROOT')
  const whole = fitting && /^(?:mysql|mariadb)/i.test(fitting.key)
  const known = templateSpecOf(owner) !== undefined
  return [
    ...(near === undefined ? [] : [{action: `Call the variable ${wanted}: the image does not read ${near}`, ...rename}]),
    ...(fitting && known ? [{
      action: `Take the password from key "${fitting.key}" of Secret "${fitting.secret}"`,
      ...changing(owner, [['kubectl', 'set', 'env', wordOf(owner.ref), '-c', name, `--from=secret/${fitting.secret}`, `--keys=${fitting.key}`, ...(whole ? [] : [`--prefix=${prefix}`])]]),
    }] : []),
    known && spec.image ? {
      action: 'Let the image make up a root password, which it prints into its log once',
      ...changing(owner, [['kubectl', 'set', 'env', wordOf(owner.ref), '-c', name, `${prefix}RANDOM_ROOT_PASSWORD=yes`]]),
    } : {action: `Set ${wanted} in ${wordOf(owner.ref)}, best from a Secret`},
  ]
}
