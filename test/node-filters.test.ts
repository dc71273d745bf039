import assert from 'node:assert/strict'
import type {Node, Pod} from '../src/kube/types.js'
import {Cluster} from '../src/doctor/cluster.js'
import {ACTIVE_PODS, blockersOf, placesOf} from '../src/doctor/node-filters.js'
import {nearToleration, type Taint, type Toleration} from '../src/doctor/taints.js'

const affinity = (...terms: object[]) => ({affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: terms}}}})
const expression = (key: string, operator: string, ...values: string[]) => ({matchExpressions: [{key, operator, ...(values.length > 0 && {values})}]})
const near = (side: string, matchLabels: object, topologyKey = 'zone', more = {}) => ({affinity: {[side]: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey, labelSelector: {matchLabels}, ...more}]}}})
const spread = (topologyKey: string, more = {}) => ({topologySpreadConstraints: [{maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: {matchLabels: {app: 'web'}}, ...more}]})
const web = {labels: {app: 'web'}}
const gpu = [{key: 'dedicated', value: 'gpu', effect: 'NoSchedule'}]
const asks = (requests: Record<string, string>) => ({containers: [{name: 'a', resources: {requests}}]})
const port = (hostPort: number, more = {}) => ({containers: [{name: 'a', ports: [{containerPort: 80, hostPort, ...more}]}]})

/** A pod's spec, the node's (with its labels), specs of pods on it, and the filters that are against the node: as kube-scheduler 1.34 decides. */
const table: [what: string, spec: object, node: object, others: object[], filters: string][] = [
  ['nothing is asked for', {}, {}, [], ''],
  ['a cordon', {}, {unschedulable: true, taints: [{key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule'}]}, [], 'NodeUnschedulable'],
  ['a cordon that is tolerated', {tolerations: [{key: 'node.kubernetes.io/unschedulable', operator: 'Exists'}]}, {unschedulable: true}, [], ''],
  ['a taint', {}, {taints: gpu}, [], 'TaintToleration'],
  ['a taint that only asks to stay away', {}, {taints: [{key: 'a', effect: 'PreferNoSchedule'}]}, [], ''],
  ['a taint that is tolerated', {tolerations: [{key: 'dedicated', value: 'gpu'}]}, {taints: gpu}, [], ''],
  ['a toleration of another value', {tolerations: [{key: 'dedicated', value: 'gpus'}]}, {taints: gpu}, [], 'TaintToleration'],
  ['a toleration of everything', {tolerations: [{operator: 'Exists'}]}, {taints: gpu}, [], ''],
  ['a node selector', {nodeSelector: {disk: 'ssd'}}, {labels: {disk: 'hdd'}}, [], 'NodeAffinity'],
  ['In', affinity(expression('disk', 'In', 'ssd', 'nvme')), {labels: {disk: 'nvme'}}, [], ''],
  ['NotIn, without the label', affinity(expression('disk', 'NotIn', 'ssd')), {}, [], ''],
  ['DoesNotExist', affinity(expression('disk', 'DoesNotExist')), {labels: {disk: 'ssd'}}, [], 'NodeAffinity'],
  ['Gt, as numbers', affinity(expression('gen', 'Gt', '9')), {labels: {gen: '10'}}, [], ''],
  ['Gt of no number', affinity(expression('gen', 'Gt', '9')), {labels: {gen: 'ten'}}, [], 'NodeAffinity'],
  ['one of two terms', affinity(expression('a', 'Exists'), expression('b', 'Exists')), {labels: {b: ''}}, [], ''],
  ['an empty term selects nothing', affinity({}), {}, [], 'NodeAffinity'],
  ['a field', affinity({matchFields: [{key: 'metadata.name', operator: 'In', values: ['other']}]}), {}, [], 'NodeAffinity'],
  ['a port that is taken', port(8080), {}, [port(8080)], 'NodePorts'],
  ['the port of another protocol', port(8080), {}, [port(8080, {protocol: 'UDP'})], ''],
  ['the port of another address', port(8080, {hostIP: '10.0.0.1'}), {}, [port(8080, {hostIP: '10.0.0.2'})], ''],
  ['the port of all addresses', port(8080, {hostIP: '10.0.0.1'}), {}, [port(8080)], 'NodePorts'],
  ['as much as there is', asks({cpu: '3'}), {}, [asks({cpu: '1'})], ''],
  ['more than is left', asks({cpu: '3001m'}), {}, [asks({cpu: '1'})], 'NodeResourcesFit'],
  ['nothing where too much is given', asks({memory: '1Gi'}), {}, [asks({cpu: '9'})], ''],
  ['a device that is not there', asks({'nvidia.com/gpu': '1'}), {}, [], 'NodeResourcesFit'],
  ['no place for another pod', {}, {}, [{}, {}], 'NodeResourcesFit'],
  ['a pod affinity that is met', near('podAffinity', {app: 'web'}), {labels: {zone: 'a'}}, [web], ''],
  ['a pod affinity to nobody', near('podAffinity', {app: 'db'}), {labels: {zone: 'a'}}, [web], 'PodAffinity'],
  ['a pod affinity to its own kind, of which it is the first', {...web, ...near('podAffinity', {app: 'web'})}, {labels: {zone: 'a'}}, [{}], ''],
  ['a pod affinity over a label that the node lacks', {...web, ...near('podAffinity', {app: 'web'})}, {}, [web], 'PodAffinity'],
  ['a pod affinity to another namespace', near('podAffinity', {app: 'web'}, 'zone', {namespaces: ['e']}), {labels: {zone: 'a'}}, [web], 'PodAffinity'],
  ['a pod affinity to all namespaces', near('podAffinity', {app: 'web'}, 'zone', {namespaceSelector: {}}), {labels: {zone: 'a'}}, [web], ''],
  ['an anti-affinity', near('podAntiAffinity', {app: 'web'}), {labels: {zone: 'a'}}, [web], 'PodAntiAffinity'],
  ['an anti-affinity over a label that the node lacks', near('podAntiAffinity', {app: 'web'}), {}, [web], ''],
  ['another\'s anti-affinity', web, {labels: {zone: 'a'}}, [near('podAntiAffinity', {app: 'web'})], 'ExistingAntiAffinity'],
  ['another\'s anti-affinity to others', web, {labels: {zone: 'a'}}, [near('podAntiAffinity', {app: 'db'})], ''],
  ['a spread over one zone', {...web, ...spread('zone')}, {labels: {zone: 'a'}}, [web], ''],
  ['a spread of which more domains are wanted', {...web, ...spread('zone', {minDomains: 2})}, {labels: {zone: 'a'}}, [web], 'PodTopologySpread'],
  ['a spread over a label that the node lacks', {...web, ...spread('zone')}, {}, [], 'PodTopologySpread'],
  ['a spread that is only preferred', {...web, ...spread('zone', {whenUnsatisfiable: 'ScheduleAnyway'})}, {}, [], ''],
  ['a spread of pods that it is none of', {...spread('zone', {minDomains: 2})}, {labels: {zone: 'a'}}, [web], ''],
  ['all at once, in the scheduler\'s order', {...asks({cpu: '9'}), nodeSelector: {disk: 'ssd'}}, {unschedulable: true, taints: gpu}, [], 'NodeUnschedulable TaintToleration NodeAffinity NodeResourcesFit'],
]

describe('node filters', () => {
  for (const [what, spec, {labels = {}, ...node}, others, filters] of table as [string, object, {labels?: Record<string, string>}, object[], string][]) {
    it(what, () => {
      const objects = [
        {kind: 'Node', metadata: {name: 'n', labels}, spec: node, status: {allocatable: {cpu: '4', memory: '8Gi', pods: '2'}}} as Node,
        ...others.map(({labels, ...spec}: {labels?: object}, i) => ({kind: 'Pod', metadata: {name: `p${i}`, namespace: 'd', labels}, spec: {nodeName: 'n', ...spec}}) as unknown as Pod),
        {kind: 'Pod', metadata: {name: 'over', namespace: 'd'}, spec: {nodeName: 'n', ...asks({cpu: '4'})}, status: {phase: 'Succeeded'}} as unknown as Pod,
      ]
      const cluster = new Cluster({apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: '', targets: [], logs: [], objects, reads: [{list: 'Node', outcome: 'read'}, {list: 'Pod', fieldSelector: ACTIVE_PODS, outcome: 'read'}]})
      const [place] = placesOf(cluster)!
      const {labels: own, ...wanted} = spec as {labels?: object}
      assert.equal(blockersOf({metadata: {namespace: 'd', labels: own}, spec: wanted} as unknown as Pod, place!).map(({filter}) => filter).join(' '), filters)
    })
  }

  it('asks for nodes and pods, and says nothing before they are there', () => {
    const cluster = new Cluster({apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: '', targets: [], logs: [], objects: [], reads: []})
    assert.equal(placesOf(cluster), undefined)
    assert.deepEqual(cluster.asks, [{list: 'Node'}, {list: 'Pod', fieldSelector: ACTIVE_PODS}])
  })
})

const taint: Taint = {key: 'dedicated', value: 'gpu', effect: 'NoSchedule'}
const nearly: [what: string, toleration: Toleration, wanted: Toleration | undefined][] = [
  ['another spelling of the value', {key: 'dedicated', value: 'gpus', effect: 'NoSchedule'}, {key: 'dedicated', value: 'gpu', effect: 'NoSchedule'}],
  ['another spelling of the key', {key: 'dedicate', operator: 'Exists'}, {key: 'dedicated', operator: 'Exists'}],
  ['no value', {key: 'dedicated', effect: 'NoSchedule'}, {key: 'dedicated', value: 'gpu', effect: 'NoSchedule'}],
  ['the other effect', {key: 'dedicated', operator: 'Exists', effect: 'NoExecute'}, {key: 'dedicated', operator: 'Exists', effect: 'NoSchedule'}],
  ['quite another value', {key: 'dedicated', value: 'database', effect: 'NoSchedule'}, undefined],
  ['quite another key', {key: 'team', value: 'gpu'}, undefined],
]

describe('near tolerations', () => {
  for (const [what, toleration, wanted] of nearly) it(what, () => assert.deepEqual(nearToleration([toleration], taint)?.wanted, wanted))
  it('none of a taint that tells of trouble', () =>
    assert.equal(nearToleration([{key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute'}], {key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule'}), undefined))
})
