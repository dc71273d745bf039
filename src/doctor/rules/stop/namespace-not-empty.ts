import {removerOf} from '../../deletion.js'
import {wordOf} from '../../fix.js'
import {defineObjectRule} from '../../rule.js'
import {finalizersIn, remainsIn, silentApis} from '../../namespace-remains.js'
import {refOf} from '../../cite.js'

/** Conditions of a namespace that is being deleted (pkg/controller/namespace/deletion/status_condition_utils.go): the controller writes them with every try. */
const TYPES = ['NamespaceDeletionDiscoveryFailure', 'NamespaceDeletionGroupVersionParsingFailure', 'NamespaceFinalizersRemaining', 'NamespaceDeletionContentFailure', 'NamespaceContentRemaining'] as const

/** What is in a namespace takes its grace periods. */
const LONG_MS = 30_000

export default defineObjectRule({
  id: 'namespace-not-empty',
  judges: 'Namespace',
  phase: 'stop',
  severity: 'error',
  heals: 'by itself',
  title: 'The namespace is being deleted, and something in it does not go',
  explain: `A namespace goes when everything in it is gone. The controller asks the API server for all kinds that it serves; when a server that was added to it (an APIService)
does not answer, nobody knows whether objects of its kinds are left, and the namespace stays. Or an object stays because of a finalizer, whose program has often been deleted
with the same namespace. Emptying the namespace's own finalizers by force leaves such objects behind, out of reach.`,

  * check({object: namespace, cluster, ref, cite}) {
    const conditions = namespace.status?.conditions ?? []
    const index = TYPES.map(type => conditions.findIndex(condition => condition.type === type && condition.status === 'True')).find(i => i >= 0)
    const condition = index === undefined ? undefined : conditions[index]
    const since = namespace.metadata?.deletionTimestamp
    if (since === undefined || !condition || !(cluster.now - Date.parse(since) > LONG_MS)) return
    const message = condition.message ?? ''
    const content = conditions.findIndex(({type, status}) => type === 'NamespaceContentRemaining' && status === 'True')
    const remains = content < 0 ? [] : remainsIn(cluster, ref.name, conditions[content]!.message ?? '')
    const objects = remains.flatMap(({objects}) => objects)
    const left = remains.map(({resource, count, objects}) => objects.length > 0 ? objects.slice(0, 4).map(object => wordOf(refOf(object))).join(', ') : `${count} ${resource}`).join(', ')
    const evidence = [cite(namespace, 'metadata.deletionTimestamp'), cite(namespace, `status.conditions[${index}].message`), ...(content < 0 || content === index ? [] : [cite(namespace, `status.conditions[${content}].message`)])]
    const [apis, finalizers] = [silentApis(message), finalizersIn(message)]
    const [api] = apis
    const service = api?.split('/').toReversed().join('.')
    const about = {evidence, culprit: {...ref, part: apis.join(' ') || finalizers.join(' ') || condition.type}}
    if (condition.type === 'NamespaceDeletionDiscoveryFailure' && api !== undefined) {
      yield {...about, summary: `Namespace "${ref.name}" cannot be deleted: the server of API ${apis.join(', ')} (APIService ${service}) does not answer, so nobody knows what is left.`,
        fixes: [{action: `Bring back the server behind APIService ${service}`},
          {action: 'Take the API out of the cluster, if its server is gone for good', removesGuard: '', commands: [['kubectl', 'delete', `apiservice/${service}`]]}]}
    } else if (condition.type === 'NamespaceFinalizersRemaining' && finalizers.length > 0) {
      const named = finalizers.map(name => `"${name}"`).join(', ')
      yield {...about, summary: `Namespace "${ref.name}" cannot be deleted: ${left || 'an object in it'} still ${remains.reduce((sum, {count}) => sum + count, 0) > 1 ? 'have' : 'has'} finalizer ${named}.`,
        fixes: [{action: `Bring back what removes finalizer ${named}: ${[...new Set(finalizers.map(removerOf))].join('; ')}`}]}
    } else {
      yield {...about, summary: `Namespace "${ref.name}" cannot be deleted: ${message.trim().replace(/\.$/, '')}${condition.type === 'NamespaceContentRemaining' && objects.length > 0 ? ` (${left})` : ''}.`, fixes: []}
    }
  },
})
