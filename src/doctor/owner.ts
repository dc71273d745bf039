import type {KubeObject, OwnerReference, PodSpec} from '../kube/types.js'
import {refOf, valueAt} from './cite.js'
import type {Cluster} from './cluster.js'
import {isCustom, kindKey} from './kind.js'
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

/**
 * Walks from a pod or a workload to the object that a person edits: pod → ReplicaSet → Deployment, pod → Job → CronJob, pod →
 * Rollout. Where an operator has made that from an object without a template (a database's Cluster), it is the last with a template.
 */
export function ownerOf(cluster: Cluster, from: KubeObject): Owner {
  const namespace = from.metadata?.namespace ?? 'default'
  const chain = chainOf(cluster, from)
  const last = chain.at(-1)!
  const above = controllerOf(last)
  const edited = chain.findLast(object => pointerOf(refOf(object).kind, object) !== undefined)
  if (above && above.kind !== 'Node' && (edited === undefined || edited === from || last.kind === 'ReplicaSet' || last.kind === 'Job')) {
    const deployment = deploymentOf(from)
    const ref = above.kind === 'ReplicaSet' && deployment !== undefined && cluster.find('ReplicaSet', above.name, namespace) === undefined ? {kind: 'Deployment', name: deployment, namespace}
      : {kind: kindKey(above.kind, above.apiVersion), name: above.name, namespace}
    return ownerFrom(ref, undefined)
  }
  if (above?.kind === 'Node') return ownerFrom({kind: 'Node', name: above.name, namespace}, undefined)
  const top = edited ?? last
  return ownerFrom({...refOf(top), namespace}, top)
}

/** The object and those above it that could be read, as the references to controllers lead. */
export function chainOf(cluster: Cluster, from: KubeObject): KubeObject[] {
  const namespace = from.metadata?.namespace ?? 'default'
  const chain = [from]
  // The names of a Deployment's ReplicaSets are made of its own and the hash of the template, so both are asked for at once.
  const deployment = deploymentOf(from)
  if (deployment !== undefined) cluster.find('Deployment', deployment, namespace)
  for (let up = controllerOf(from); up && up.kind !== 'Node' && chain.length < 7;) {
    const next = cluster.findAny(kindKey(up.kind, up.apiVersion), up.apiVersion, up.name, namespace)
    if (!next) break
    chain.push(next)
    up = controllerOf(next)
  }
  return chain
}

function deploymentOf(from: KubeObject): string | undefined {
  const hash = from.metadata?.labels?.['pod-template-hash']
  const up = controllerOf(from)
  return up?.kind === 'ReplicaSet' && hash !== undefined && up.name.endsWith(`-${hash}`) ? up.name.slice(0, -hash.length - 1) : undefined
}

/** Where the pod's spec stands in an object, as a JSON pointer. Many custom kinds have a template where a Deployment has it. */
function pointerOf(kind: string, object: KubeObject | undefined): string | undefined {
  if (!isCustom(kind)) return TEMPLATES[kind]
  const containers = valueAt(object, 'spec.template.spec.containers')
  return Array.isArray(containers) && containers.length > 0 ? '/spec/template/spec' : undefined
}

/** The owner record of an object that is known to be the topmost. */
export const ownerFrom = (ref: Ref, object: KubeObject | undefined): Owner =>
  ({ref, object, templatePointer: pointerOf(ref.kind, object), pods: podsOf(object)})

function podsOf(object: KubeObject | undefined): number | undefined {
  const {kind, spec, status} = (object ?? {}) as {kind?: string, spec?: {replicas?: number}, status?: {desiredNumberScheduled?: number}}
  return kind === 'DaemonSet' ? status?.desiredNumberScheduled : kind === 'CronJob' ? 0 : kind === undefined ? undefined : spec?.replicas ?? 1
}

/** The pod spec inside an owner, or of the pod itself. */
export const templateSpecOf = ({object, templatePointer}: Owner): PodSpec | undefined =>
  templatePointer === undefined ? undefined
  : templatePointer.split('/').slice(1).reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object) as PodSpec | undefined
