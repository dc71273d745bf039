import {editTemplate, type Change} from './fix.js'
import {templateSpecOf} from './owner.js'
import type {Patient} from './patient.js'
import {parseImage} from './image-pull.js'
import {keysOf} from './references.js'
import type {KubeObject, Secret} from '../kube/types.js'

/**
 * How registries and runtimes say that they want a login, or another one: "pull access denied" (Docker Hub, for a missing
 * repository too), "insufficient_scope: authorization failed", "401 Unauthorized", "403 Forbidden", "no basic auth credentials" (ECR).
 * Only to be held against words about an image: a program that may not be executed is "permission denied", too.
 */
export const DENIED = /pull access denied|authorization failed|insufficient_scope|unauthorized|authentication required|401 Unauthorized|403 Forbidden|no basic auth credentials|requested access to the resource is denied/i

/** Whether the login of a pull secret is for that image; undefined where the snapshot cannot tell. */
export function covers(secret: Secret, image: string): boolean | undefined {
  const {registry, repository} = parseImage(image)
  return secret.facts?.registries?.some(entry => {
    const [host = '', ...path] = entry.replace(/^https?:\/\//, '').replace(/\/v[12]\/?$/, '').split('/')
    const same = host === registry || (registry === 'docker.io' && /^(?:index|registry-1)?\.?docker\.io$/.test(host)) || (host.startsWith('*.') && registry.endsWith(host.slice(1)))
    return same && (path.join('/') === '' || repository.startsWith(path.join('/')))
  })
}

/** Names of the pull secrets that the kubelet would use, with where the pod names them. The admission plugin copies those of the ServiceAccount into the pod. */
export const pullSecretsOf = ({pod}: Patient): {name: string, path: string}[] =>
  (pod.spec?.imagePullSecrets ?? []).flatMap(({name}, i) => name === undefined || name === '' ? [] : [{name, path: `spec.imagePullSecrets[${i}].name`}])

/** The change that names another pull secret. Where the template names none, the pod has those of its ServiceAccount: what the template names stands instead. */
export const nameInstead = (patient: Patient, name: string | undefined, other: string): Change | undefined =>
  editTemplate(patient, [name === undefined || isFromAccount(patient) ? {path: 'imagePullSecrets', to: [{name: other}]} : {path: `imagePullSecrets[${name}].name`, to: other}])

export function isFromAccount({owner}: Patient): boolean {
  const template = templateSpecOf(owner)
  return template !== undefined && (template.imagePullSecrets ?? []).length === 0
}

/** A Secret of the namespace that holds a login for the image and that the pod does not name. At most five are looked into. */
export function unusedLogin(patient: Patient, image: string): string | undefined {
  const named = new Set(pullSecretsOf(patient).map(({name}) => name))
  const logins = ((patient.list('Secret', {namespace: patient.namespace, metadataOnly: true}) ?? []) as KubeObject[])
    .filter(secret => !named.has(secret.metadata?.name ?? '') && keysOf(secret).some(key => key === '.dockerconfigjson' || key === '.dockercfg'))
  return logins.slice(0, 5).map(({metadata}) => metadata?.name ?? '').find(name => {
    const secret = patient.find('Secret', name)
    return secret && covers(secret, image)
  })
}
