import assert from 'node:assert/strict'
import {kubeFlags} from '../src/cli/flags.js'
import {wordOf} from '../src/doctor/fix.js'
import {kindOf, pathOf, resources} from '../src/kube/resources.js'
import type {Kind} from '../src/kube/types.js'

describe('kinds', () => {
  const words: [word: string, kind: Kind | undefined][] = [
    ['po', 'Pod'], ['pod', 'Pod'], ['pods', 'Pod'], ['Pods', 'Pod'], ['POD', 'Pod'], ['pods.', 'Pod'], ['pods.v1', 'Pod'], ['pods.v1.', 'Pod'],
    ['deploy', 'Deployment'], ['deployment', 'Deployment'], ['Deployments', 'Deployment'], ['deployment.apps', 'Deployment'],
    ['deployments.v1.apps', 'Deployment'], ['deploy.apps', 'Deployment'],
    ['sts', 'StatefulSet'], ['ds', 'DaemonSet'], ['rs', 'ReplicaSet'], ['job', 'Job'], ['jobs.batch', 'Job'], ['cj', 'CronJob'], ['cronjob.v1.batch', 'CronJob'],
    ['cm', 'ConfigMap'], ['no', 'Node'], ['ns', 'Namespace'], ['pv', 'PersistentVolume'], ['pvc', 'PersistentVolumeClaim'], ['sa', 'ServiceAccount'],
    ['svc', 'Service'], ['sc', 'StorageClass'], ['storageclasses.storage.k8s.io', 'StorageClass'], ['quota', 'ResourceQuota'], ['ev', 'Event'], ['secret', 'Secret'],
    ['deployment.batch', undefined], ['pods.apps', undefined], ['deployments.v1beta1.apps', undefined], ['deployments.', undefined], ['gateway', undefined], ['', undefined], ['constructor', undefined],
  ]
  for (const [word, kind] of words) it(`${word || '(nothing)'} is ${kind ?? 'unknown'}`, () => assert.equal(kindOf(word), kind))

  it('each is found by its own words', () => {
    for (const [kind, {plural, short, apiVersion}] of Object.entries(resources)) {
      const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : ''
      for (const word of [kind, plural, ...short, kind.toLowerCase() + group]) assert.equal(kindOf(word), kind, word)
    }
  })

  it('has the paths of the API', () => {
    assert.equal(pathOf('Pod', 'shop', 'web'), '/api/v1/namespaces/shop/pods/web')
    assert.equal(pathOf('Deployment', 'shop'), '/apis/apps/v1/namespaces/shop/deployments')
    assert.equal(pathOf('Event'), '/api/v1/events')
    assert.equal(pathOf('Node', 'shop', 'n1'), '/api/v1/nodes/n1')
    assert.equal(pathOf('ConfigMap', 'shop', '../x'), '/api/v1/namespaces/shop/configmaps/..%2Fx')
  })

  it('is displayed as it is typed', () => assert.equal(wordOf({kind: 'ReplicaSet', name: 'web-7'}), 'replicaset/web-7'))
})

describe('connection flags', () => {
  it('are kubectl\'s', () => {
    const letters = Object.entries(kubeFlags).flatMap(([name, {char}]) => char ? [`-${char} ${name}`] : [])
    assert.deepEqual(letters, ['-n namespace', '-s server'])
    assert.equal(kubeFlags['request-timeout'].description?.startsWith('The length of time to wait before giving up on a single server request.'), true)
  })
})
