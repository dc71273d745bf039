import assert from 'node:assert/strict'
import {editTemplate, isPasteable, quote, scoped, type Edit} from '../src/doctor/fix.js'
import type {KubeObject} from '../src/kube/types.js'

const deployment = {kind: 'Deployment', metadata: {name: 'api', namespace: 'shop'}, spec: {template: {spec: {
  containers: [
    {name: 'log', image: 'log:1'},
    {name: 'api', image: 'api:1', command: ['wge', 'x'], env: [{name: 'HOST', value: 'a'}, {name: 'PASS', valueFrom: {secretKeyRef: {name: 'db', key: 'pasword'}}}]},
  ],
  volumes: [{name: 'scripts', configMap: {name: 'scripts'}}],
  nodeSelector: {'example.com/disk~type': 'ssd'},
}}}} as KubeObject
const owner = {ref: {kind: 'Deployment', name: 'api', namespace: 'shop'}, object: deployment, templatePointer: '/spec/template/spec', pods: 3}
const base = '/spec/template/spec'

/** [what, edits, operations] */
const edits: [string, Edit[], object[] | undefined][] = [
  ['replaces what it has tested', [{path: 'containers[api].env[PASS].valueFrom.secretKeyRef.key', to: 'password'}], [
    {op: 'test', path: `${base}/containers/1/env/1/valueFrom/secretKeyRef/key`, value: 'pasword'},
    {op: 'replace', path: `${base}/containers/1/env/1/valueFrom/secretKeyRef/key`, value: 'password'}]],
  ['adds a missing parent whole, behind a test of the name', [{path: 'containers[api].securityContext.runAsUser', to: 1000}], [
    {op: 'test', path: `${base}/containers/1/name`, value: 'api'}, {op: 'add', path: `${base}/containers/1/securityContext`, value: {runAsUser: 1000}}]],
  ['adds a field to what is there', [{path: 'volumes[scripts].configMap.defaultMode', to: 493}], [
    {op: 'test', path: `${base}/volumes/0/name`, value: 'scripts'}, {op: 'add', path: `${base}/volumes/0/configMap/defaultMode`, value: 493}]],
  ['escapes keys as a JSON pointer wants it', [{path: 'nodeSelector["example.com/disk~type"]', remove: true}], [
    {op: 'test', path: `${base}/nodeSelector/example.com~1disk~0type`, value: 'ssd'}, {op: 'remove', path: `${base}/nodeSelector/example.com~1disk~0type`}]],
  ['appends to a list', [{path: 'containers[api].command', append: 'y'}], [
    {op: 'test', path: `${base}/containers/1/command`, value: ['wge', 'x']}, {op: 'add', path: `${base}/containers/1/command/-`, value: 'y'}]],
  ['begins a list', [{path: 'tolerations', append: {key: 'gpu'}}], [{op: 'add', path: `${base}/tolerations`, value: [{key: 'gpu'}]}]],
  ['gives up where the container is not in the template (it was injected)', [{path: 'containers[istio-proxy].image', to: 'x'}], undefined],
  ['gives up where there is nothing to remove', [{path: 'affinity', remove: true}], undefined],
]

describe('editTemplate', () => {
  for (const [what, steps, operations] of edits) {
    it(what, () => {
      const change = editTemplate({owner}, steps)
      assert.deepEqual(change && JSON.parse(change.commands![0]!.at(-1)!), operations)
      if (change) assert.deepEqual([change.effect, change.restarts], ['changes-spec', 3])
    })
  }

  it('changes no bare pod and no Job: their templates cannot be changed', () => {
    for (const kind of ['Pod', 'Job', 'Rollout']) assert.equal(editTemplate({owner: {...owner, ref: {...owner.ref, kind}, templatePointer: undefined}}, edits[0]![1]), undefined)
  })
})

/** [may it be pasted, words] */
const commands: [boolean, string[]][] = [
  [true, ['kubectl', 'patch', 'deployment/api', '-n', 'shop', '--type=json', '-p', '[{"op":"test"}]']],
  [true, ['kubectl', 'set', 'image', 'deployment/web', 'nginx=registry:5000/a/b:1.2@sha256:0']],
  [true, ['kubectl', 'create', 'job', 'report', '--image=busybox', '--', 'sh', '-c', 'echo; rm -rf "$X"']],
  [true, ['kubectl', 'uncordon', 'node-1.example.com', '--context=arn:aws:eks:eu:1:cluster/prod']],
  [true, ['kubectl', 'taint', 'nodes', 'n1', 'dedicated=gpu:NoSchedule-']],
  [false, ['kubectl', 'scale', 'deployment/--all', '--replicas=0']],
  [false, ['kubectl', 'rollout', 'undo', 'deployment/web;reboot']],
  [false, ['kubectl', 'rollout', 'undo', '$(reboot)']],
  [false, ['kubectl', 'rollout', 'undo', '--all=true', '--grace-period=0']],
  [false, ['kubectl', 'set', 'image', 'deployment/web', 'nginx=a\nkubectl delete ns shop']],
  [false, ['kubectl', 'set', 'image', 'deployment/web', 'nginx=a\u202Eb']],
  [false, ['rm', '-rf', 'x']],
]

describe('printed commands', () => {
  for (const [expected, words] of commands) it(`${expected ? 'may' : 'must not'} be pasted: ${JSON.stringify(words.join(' '))}`, () => assert.equal(isPasteable(words), expected))

  it('carry the namespace and the connection before their flags, and no namespace where the object has none', () => {
    assert.deepEqual(scoped(['kubectl', 'create', 'job', 'x', '--image=y', '--', 'sh', '-n'], 'shop', ['--context=prod']),
      ['kubectl', 'create', 'job', 'x', '-n', 'shop', '--context=prod', '--image=y', '--', 'sh', '-n'])
    assert.deepEqual(scoped(['kubectl', 'uncordon', 'n1'], 'shop', []), ['kubectl', 'uncordon', 'n1'])
  })

  it('are quoted for a POSIX shell', () => {
    assert.deepEqual(["it's", 'a=b', '$(x)', '', 'a b'].map(quote), [String.raw`'it'\''s'`, 'a=b', "'$(x)'", "''", "'a b'"])
  })
})
