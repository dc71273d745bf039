import type {Kind, KubeObject, OwnerReference, PodSpec} from '../kube/types.js'
import type {Cluster} from './cluster.js'
import type {Ref} from './types.js'

/** The object that a person edits to change a pod, as far up as controllers are known. */
export interface Owner {
  ref: Ref
  /** Undefined where it could not be read. */
  object: KubeObject | undefined
  /** Where the pod's spec stands in it, as a JSON pointer; undefined where it cannot be changed (a Job's template) or is not known. */
  templatePointer: string | undefined
  /** How many pods it runs, where that is known: as many are replaced when its template changes. */
  pods: number | undefined
}

const TEMPLATES: Record<string, string | undefined> = {
  Deployment: '/spec/template/spec', ReplicaSet: '/spec/template/spec', StatefulSet: '/spec/template/spec', DaemonSet: '/spec/template/spec',
  CronJob: '/spec/jobTemplate/spec/template/spec',
}

const controllerOf = (object: KubeObject): OwnerReference | undefined => object.metadata?.ownerReferences?.find(({controller}) => controller)

/** Walks from a pod or a workload to the object that a person owns: pod → ReplicaSet → Deployment, pod → Job → CronJob. */
export function ownerOf(cluster: Cluster, from: KubeObject): Owner {
  const namespace = from.metadata?.namespace ?? 'default'
  let object = from
  let up = controllerOf(object)
  // The names of a Deployment's ReplicaSets are made of its own and the hash of the template, so both are asked for at once.
  const hash = from.metadata?.labels?.['pod-template-hash']
  const deployment = up?.kind === 'ReplicaSet' && hash !== undefined && up.name.endsWith(`-${hash}`) ? up.name.slice(0, -hash.length - 1) : undefined
  if (deployment !== undefined) cluster.find('Deployment', deployment, namespace)
  for (let height = 0; up && height < 5; height++) {
    const next = TEMPLATES[up.kind] !== undefined || up.kind === 'Job' ? cluster.find(up.kind as Kind, up.name, namespace) as KubeObject | null | undefined : undefined
    if (!next) {
      const ref = up.kind === 'ReplicaSet' && deployment !== undefined && next === undefined
        ? {kind: 'Deployment', name: deployment, namespace} : {kind: up.kind, name: up.name, namespace}
      return ownerFrom(ref, undefined)
    }
    object = next
    up = controllerOf(object)
  }
  return ownerFrom({kind: object.kind ?? 'Pod', name: object.metadata?.name ?? '', namespace}, object)
}

/** The owner record of an object that is known to be the topmost. */
export const ownerFrom = (ref: Ref, object: KubeObject | undefined): Owner =>
  ({ref, object, templatePointer: TEMPLATES[ref.kind], pods: podsOf(object)})

function podsOf(object: KubeObject | undefined): number | undefined {
  const {kind, spec, status} = (object ?? {}) as {kind?: string, spec?: {replicas?: number}, status?: {desiredNumberScheduled?: number}}
  return kind === 'DaemonSet' ? status?.desiredNumberScheduled : kind === 'CronJob' ? 0 : kind === undefined ? undefined : spec?.replicas ?? 1
}

/** The pod spec inside an owner, or of the pod itself. */
export const templateSpecOf = ({object, templatePointer}: Owner): PodSpec | undefined =>
  templatePointer === undefined ? undefined
  : templatePointer.split('/').slice(1).reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object) as PodSpec | undefined
