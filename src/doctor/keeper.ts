import type {KubeObject} from '../kube/types.js'
import {refOf} from './cite.js'
import type {Cluster} from './cluster.js'
import {kindKey} from './kind.js'
import {wordOf} from './fix.js'
import {chainOf} from './owner.js'
import type {Ref} from './types.js'

/** Kinds of Kubernetes' own whose objects other objects control; what they control is changed at their template, not kept by somebody else. */
const OWN = new Set(['CronJob', 'DaemonSet', 'Deployment', 'Job', 'Node', 'ReplicaSet', 'StatefulSet'])

/**
 * Who will undo a change of this object, and where to make it instead, as a sentence without a full stop: an operator that has made
 * it, Helm (labels and annotations of Helm 3), Argo CD (resource tracking by annotation or label), Flux (kustomize- and helm-controller), the addon manager, OLM.
 * `undefined` where nobody is known to.
 */
export function keeperOf(cluster: Cluster, object: KubeObject): string | undefined {
  const chain = chainOf(cluster, object)
  for (const link of chain) {
    const controller = link.metadata?.ownerReferences?.find(({controller}) => controller)
    if (controller && !OWN.has(controller.kind)) {
      return `${wordOf({kind: kindKey(controller.kind, controller.apiVersion), name: controller.name})} has made ${wordOf(refOf(link))}, and its controller may undo this: make the change there`
    }
  }
  return tooled(chain.at(-1)!)
}

function tooled({metadata = {}, ...object}: KubeObject): string | undefined {
  const {labels = {}, annotations = {}} = metadata
  const word = wordOf(refOf({...object, metadata}))
  const flux = (['kustomize', 'helm'] as const).find(kind => labels[`${kind}.toolkit.fluxcd.io/name`] !== undefined)
  if (flux) {
    const name = labels[`${flux}.toolkit.fluxcd.io/name`]
    const space = labels[`${flux}.toolkit.fluxcd.io/namespace`] ?? metadata.namespace
    return `Flux keeps ${word} as ${flux === 'helm' ? 'HelmRelease' : 'Kustomization'} "${name}" in namespace "${space}" says, and will undo this: make the change in its source`
  }
  const tracked = annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance']
  if (tracked !== undefined) return `Argo CD keeps ${word} as Application "${tracked}" says, and will undo this: make the change in its repository`
  const release = annotations['meta.helm.sh/release-name']
  if (release !== undefined && labels['app.kubernetes.io/managed-by'] === 'Helm') {
    const space = annotations['meta.helm.sh/release-namespace'] ?? metadata.namespace
    return `${word} belongs to Helm release "${release}" in namespace "${space}", whose next upgrade may undo this: make the change in its values, too`
  }
  if (labels['addonmanager.kubernetes.io/mode'] === 'Reconcile') return `the addon manager keeps ${word} as its file on the control plane says, and will undo this`
  if (labels['olm.owner'] !== undefined) return `the Operator Lifecycle Manager keeps ${word} for "${labels['olm.owner']}", and will undo this: make the change in the operator's Subscription`
  return undefined
}

/** The object that a command changes: `kubectl patch deployment/web …`, `kubectl set env statefulset/db …`. */
export function changedBy(command: string[], namespace: string | undefined): Ref | undefined {
  const verb = command[1] === 'set' || command[1] === 'rollout' ? 3 : 2
  const [kind = '', name, ...rest] = command[verb]?.split('/') ?? []
  return name === undefined || rest.length > 0 || kind === '' ? undefined : {kind, name, ...(namespace !== undefined && {namespace})}
}
