import assert from 'node:assert/strict'
import {Cluster} from '../src/doctor/cluster.js'
import {changedBy, keeperOf} from '../src/doctor/keeper.js'
import type {KubeObject, Metadata} from '../src/kube/types.js'

const deployment = (metadata: Metadata): KubeObject => ({apiVersion: 'apps/v1', kind: 'Deployment', metadata: {name: 'web', namespace: 'shop', uid: 'd', ...metadata}})

describe('who undoes a change', () => {
  const cluster = new Cluster({apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: '2026-03-02T10:15:00Z', targets: [], objects: [], logs: [], reads: []})

  /** [who, labels and annotations, what is said; nothing where nobody does] */
  const cases: [string, Metadata, RegExp | undefined][] = [
    ['Helm', {labels: {'app.kubernetes.io/managed-by': 'Helm'}, annotations: {'meta.helm.sh/release-name': 'front', 'meta.helm.sh/release-namespace': 'prod'}}, /^deployment\/web belongs to Helm release "front" in namespace "prod"/],
    ['a chart that is only rendered', {labels: {'app.kubernetes.io/managed-by': 'Helm'}}, undefined],
    ['Argo CD, by annotation', {annotations: {'argocd.argoproj.io/tracking-id': 'front:apps/Deployment:shop/web'}}, /^Argo CD keeps deployment\/web as Application "front" says/],
    ['Argo CD, by label', {labels: {'argocd.argoproj.io/instance': 'front'}}, /Application "front"/],
    ['Flux, a Kustomization', {labels: {'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system'}}, /^Flux keeps deployment\/web as Kustomization "apps" in namespace "flux-system"/],
    ['Flux, a HelmRelease, before Helm', {labels: {'helm.toolkit.fluxcd.io/name': 'front', 'app.kubernetes.io/managed-by': 'Helm'}, annotations: {'meta.helm.sh/release-name': 'front'}}, /^Flux keeps deployment\/web as HelmRelease "front" in namespace "shop"/],
    ['the addon manager', {labels: {'addonmanager.kubernetes.io/mode': 'Reconcile'}}, /^the addon manager keeps/],
    ['an operator', {ownerReferences: [{apiVersion: 'example.org/v1', kind: 'Shop', name: 'front', uid: 's', controller: true}]}, /^shop\.example\.org\/front has made deployment\/web/],
    ['an owner that is not its controller', {ownerReferences: [{apiVersion: 'example.org/v1', kind: 'Shop', name: 'front', uid: 's'}]}, undefined],
    ['nobody', {labels: {app: 'web'}}, undefined],
  ]
  for (const [who, metadata, said] of cases) {
    it(who, () => {
      const words = keeperOf(cluster, deployment(metadata))
      if (said) assert.match(words ?? '', said)
      else assert.equal(words, undefined)
    })
  }

  it('the object that a command changes', () => {
    const changed = (line: string) => changedBy(line.split(' '), 'shop')
    assert.deepEqual(changed('kubectl patch deployment/web -n shop'), {kind: 'deployment', name: 'web', namespace: 'shop'})
    assert.deepEqual(changed('kubectl set env deployment/web A=b'), {kind: 'deployment', name: 'web', namespace: 'shop'})
    assert.deepEqual(changed('kubectl rollout undo deployment/web'), {kind: 'deployment', name: 'web', namespace: 'shop'})
    assert.equal(changed('kubectl create serviceaccount web'), undefined)
  })
})
