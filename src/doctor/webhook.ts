import type {Kinds, KubeObject} from '../kube/types.js'
import {valueAt} from './cite.js'
import {wordOf} from './fix.js'
import {setBy} from './guard.js'
import {matches} from './selector.js'
import type {Subject} from './subject.js'
import type {Evidence, Fix} from './types.js'
import type {Workload} from './workload.js'

type Configuration = Kinds['ValidatingWebhookConfiguration'] | Kinds['MutatingWebhookConfiguration']
type Hook = NonNullable<Configuration['webhooks']>[number]

/** A webhook and the configuration it stands in. */
export interface Webhook {
  object: Configuration
  hook: Hook
  index: number
}

const KINDS = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] as const

/** All webhooks of the cluster, in the order in which they are called; as far as they could be read. */
export const webhooksOf = (subject: Subject): Webhook[] => KINDS.flatMap(kind => (subject.list(kind, {}) ?? [] as Configuration[]) as Configuration[])
  .flatMap(object => (object.webhooks ?? []).map((hook, index) => ({object, hook, index})))

/** `admission webhook "w" (ValidatingWebhookConfiguration "c")`. */
export const nameOf = (name: string, webhook: Webhook | undefined): string =>
  `dmission webhook "${name}"${webhook ? ` (${webhook.object.kind} "${webhook.object.metadata?.name}")` : ''}`

export const citeWebhook = (subject: Subject, webhook: Webhook | undefined, ...fields: string[]): Evidence[] =>
  webhook ? fields.flatMap(field => subject.citeIfPresent(webhook.object, `webhooks[${webhook.index}].${field}`)) : []

/** Whether the API server has to ask it before it makes a pod of the workload, and refuses the pod when it cannot. `false` where that is not certain. */
export function guardsPods({hook}: Webhook, workload: Workload): boolean {
  const home = workload.find('Namespace', workload.namespace)
  const labels = valueAt(workload.templated, workload.templatePath.replace(/\.spec$/, '.metadata.labels')) as Record<string, string> | undefined
  const covers = (list: string[] | undefined, ...wanted: string[]) => wanted.some(word => list?.includes(word))
  return hook.failurePolicy !== 'Ignore' && !hook.matchConditions?.length && !!home
    && (!hook.namespaceSelector || matches(hook.namespaceSelector, home.metadata?.labels)) && (!hook.objectSelector || matches(hook.objectSelector, labels))
    && (hook.rules ?? []).some(({apiGroups, apiVersions, operations, resources, scope = '*'}) => covers(apiGroups, '', '*') && covers(apiVersions, 'v1', '*')
      && covers(operations, 'CREATE', '*') && covers(resources, 'pods', '*', '*/*') && scope !== 'Cluster')
}

/** Takes the webhook away, with what protects the cluster now. */
export function withoutWebhook({object, hook, index}: Webhook): Fix {
  const word = wordOf({kind: object.kind!, name: object.metadata?.name ?? ''})
  const alone = (object.webhooks ?? []).length === 1
  return {
    action: alone ? `Remove ${word}: then nobody applies its rules` : `Take webhook "${hook.name}" out of ${word}: then nobody applies its rules`, removesGuard: setBy(object as KubeObject, 'webhooks'),
    commands: [alone ? ['kubectl', 'delete', word] : ['kubectl', 'patch', word, '--type=json', '-p', JSON.stringify(
      [{op: 'test', path: `/webhooks/${index}/name`, value: hook.name}, {op: 'remove', path: `/webhooks/${index}`}])]],
  }
}

/** Lets pods pass while the webhook cannot be called. */
export function passedOver({object, hook, index}: Webhook): Fix {
  const word = wordOf({kind: object.kind!, name: object.metadata?.name ?? ''})
  return {
    action: `Let pods pass unseen while webhook "${hook.name}" does not answer`, removesGuard: setBy(object as KubeObject, 'webhooks'),
    commands: [['kubectl', 'patch', word, '--type=json', '-p', JSON.stringify(
      [{op: 'test', path: `/webhooks/${index}/name`, value: hook.name}, {op: 'add', path: `/webhooks/${index}/failurePolicy`, value: 'Ignore'}])]],
  }
}
