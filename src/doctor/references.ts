import type {KubeObject} from '../kube/types.js'
import {nearMisses, STRONG} from './near-miss.js'
import type {Patient} from './patient.js'
import type {Subject} from './subject.js'

export type Data = 'ConfigMap' | 'Secret'

/** One place in a pod's spec that names a ConfigMap or a Secret. */
export interface Reference {
  kind: Data
  name: string
  /** The keys that it asks for; empty where it takes all there are. */
  keys: {key: string, path: string}[]
  optional: boolean
  /** Where the name stands, for evidence: `spec.containers[0].env[1].valueFrom.secretKeyRef.name`. */
  path: string
  /** The same for {@link editTemplate}, by names instead of positions and without `spec.`. */
  editPath: string
  /** In words: `env DB_PASSWORD of container "api"`, `volume "config"`. */
  use: string
  container?: string
  volume?: string
}

/** The references of the pod's environment variables, which are resolved as a container is made. */
export function environmentReferences({containers}: Patient): Reference[] {
  return containers.flatMap(({name: container, editPath: edit, spec, specPath}) => {
    return [
      ...(spec.env ?? []).flatMap(({name, valueFrom}, i): Reference[] => (['configMapKeyRef', 'secretKeyRef'] as const).flatMap(field => {
        const ref = valueFrom?.[field]
        const path = `${specPath}.env[${i}].valueFrom.${field}`
        return ref?.name === undefined ? [] : [{
          kind: field === 'secretKeyRef' ? 'Secret' : 'ConfigMap', name: ref.name, keys: [{key: ref.key, path: `${path}.key`}], optional: ref.optional ?? false,
          path: `${path}.name`, editPath: `${edit}.env[${name}].valueFrom.${field}`, use: `env ${name} of container "${container}"`, container,
        }]
      })),
      ...(spec.envFrom ?? []).flatMap((source, i): Reference[] => (['configMapRef', 'secretRef'] as const).flatMap(field => {
        const ref = source[field]
        return ref?.name === undefined ? [] : [{
          kind: field === 'secretRef' ? 'Secret' : 'ConfigMap', name: ref.name, keys: [], optional: ref.optional ?? false,
          path: `${specPath}.envFrom[${i}].${field}.name`, editPath: `${edit}.envFrom[${i}].${field}`, use: `envFrom of container "${container}"`, container,
        }]
      })),
    ]
  })
}

/** The references of the pod's volumes, which are resolved before any container is made. */
export function volumeReferences({pod}: Patient): Reference[] {
  return (pod.spec?.volumes ?? []).flatMap((volume, i): Reference[] => {
    const one = (kind: Data, source: {name?: string, secretName?: string, optional?: boolean, items?: {key: string}[]} | undefined, nameField: string, at: string): Reference[] => {
      const name = source?.name ?? source?.secretName
      return name === undefined ? [] : [{
        kind, name, optional: source?.optional ?? false, path: `spec.volumes[${i}].${at}.${nameField}`, editPath: `volumes[${volume.name}].${at}`,
        keys: (source?.items ?? []).map(({key}, k) => ({key, path: `spec.volumes[${i}].${at}.items[${k}].key`})), use: `volume "${volume.name}"`, volume: volume.name,
      }]
    }
    return [
      ...one('ConfigMap', volume.configMap, 'name', 'configMap'), ...one('Secret', volume.secret, 'secretName', 'secret'),
      ...(volume.projected?.sources ?? []).flatMap((source, k) =>
        [...one('ConfigMap', source.configMap, 'name', `projected.sources[${k}].configMap`), ...one('Secret', source.secret, 'name', `projected.sources[${k}].secret`)]),
    ]
  })
}

/** The keys of a ConfigMap or Secret, also of one that was read as metadata only. */
export function keysOf(object: KubeObject): string[] {
  const {data, binaryData, metadata} = object as KubeObject & {data?: object, binaryData?: object}
  if (!object.metadataOnly) return [...Object.keys(data ?? {}), ...Object.keys(binaryData ?? {})].toSorted()
  const fields = (metadata?.managedFields ?? []).flatMap(({fields}) => fields)
  return [...new Set(fields.flatMap(field => /^(?:data|binaryData)\.(.+)$/.exec(field)?.[1] ?? []))].toSorted()
}

/** Kinds whose names people write into specs and mistype. */
type NamedKind = Data | 'PersistentVolumeClaim' | 'ResourceClaim' | 'ResourceClaimTemplate' | 'Service' | 'ServiceAccount' | 'IngressClass' | 'Deployment' | 'StatefulSet' | 'ReplicaSet'

export interface Lookalikes {
  /** The one that was meant, as far as names and keys can tell. */
  best: string | undefined
  others: string[]
  /** Other namespaces that have one of exactly that name. */
  elsewhere: string[]
}

/** Objects that a missing name may have meant. What nobody could look at gives no suggestion. */
export function lookalikes(subject: Subject, kind: NamedKind, name: string, keys: string[] = []): Lookalikes {
  const here = (subject.list(kind, {namespace: subject.namespace, metadataOnly: true}) ?? subject.cluster.held(kind, subject.namespace)) as KubeObject[]
  const everywhere = (subject.list(kind, {fieldSelector: `metadata.name=${name}`, metadataOnly: true}) ?? []) as KubeObject[]
  const ranked = nearMisses(name, here.map(object => ({name: object.metadata?.name ?? '', keys: keysOf(object)})), keys)
  const best = ranked[0] && ranked[0].score >= STRONG ? ranked[0].name : undefined
  return {
    best, others: ranked.map(({name}) => name).filter(other => other !== best).slice(0, 3),
    elsewhere: everywhere.map(({metadata}) => metadata?.namespace ?? '').filter(namespace => namespace !== '' && namespace !== subject.namespace).toSorted(),
  }
}

/** What is said about lookalikes after the fault itself, as the end of a sentence. */
export const suggestion = ({best, others, elsewhere}: Lookalikes): string =>
  best !== undefined ? `; "${best}" does`
  : elsewhere.length > 0 ? `; one of that name exists in namespace ${elsewhere.join(', ')}`
  : others.length > 0 ? `; the nearest names are ${others.join(', ')}` : ''
