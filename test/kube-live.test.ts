import assert from 'node:assert/strict'
import {connect} from '../src/kube/client.js'
import {ClusterError} from '../src/kube/errors.js'
import {liveSource} from '../src/kube/live.js'
import type {Answers, Source} from '../src/kube/source.js'
import type {KubeObject} from '../src/kube/types.js'
import type {Ask, Log, Read, Snapshot} from '../src/doctor/types.js'
import {serve, status, type ApiServer, type Prank} from './support/api-server.js'

const object = (kind: string, name: string, more: object = {}): KubeObject => ({apiVersion: 'v1', kind, ...more, metadata: {name, namespace: 'shop', ...(more as KubeObject).metadata}})
const base64 = (text: string) => Buffer.from(text).toString('base64')
const logOf = (container: string, text: string, previous = false): Log => ({namespace: 'shop', pod: 'web', container, previous, text})
const log = (container: string, previous = false, pod = 'web'): Ask => ({log: {namespace: 'shop', pod, container, previous}})

const cluster: Partial<Snapshot> & {objects: KubeObject[]} = {
  objects: [
    ...['a', 'b', 'c', 'd'].map(name => object('ConfigMap', name, {data: {key: name}})),
    object('ConfigMap', 'a', {metadata: {name: 'a', namespace: 'other'}}),
    ...['s1', 's2', 's3'].map(name => object('Secret', name, {data: {password: base64(`value-of-${name}\n`)}})),
    object('Secret', 'pull', {type: 'kubernetes.io/dockerconfigjson', data: {'.dockerconfigjson': base64(JSON.stringify({auths: {'registry.example': {auth: base64('ann:swordfish1')}}}))}}),
    object('Pod', 'web', {metadata: {name: 'web', namespace: 'shop', labels: {app: 'web', tier: 'front'}, managedFields: [{manager: 'kubectl', operation: 'Update', time: '2026-01-01T00:00:00Z', fields: ['metadata.labels', 'spec.containers']}]}, spec: {nodeName: 'n1', containers: [{name: 'app'}]}, status: {phase: 'Running'}}),
    object('Pod', 'db', {metadata: {name: 'db', namespace: 'shop', labels: {app: 'db'}}, spec: {nodeName: 'n2'}, status: {phase: 'Pending'}}),
    {apiVersion: 'v1', kind: 'Node', metadata: {name: 'n1'}},
    {apiVersion: 'apps/v1', kind: 'Deployment', metadata: {name: 'web', namespace: 'shop'}},
    object('Event', 'e1', {involvedObject: {kind: 'Pod', name: 'web'}, message: 'x'}), object('Event', 'e2', {involvedObject: {kind: 'Pod', name: 'db'}}),
  ],
  logs: [logOf('app', 'one\ntwo\n'), logOf('app', 'crashed\n', true), logOf('gone', 'unable to retrieve container logs for containerd://4f6e\n'), logOf('gone', 'unable to retrieve container logs for containerd://4f6e', true)],
  reads: [
    {list: 'Node', outcome: 'forbidden'}, {get: 'ServiceAccount', namespace: 'shop', name: 'x', outcome: 'forbidden', message: 'no, said the server'},
    {...log('waiting'), outcome: 'absent'}, {...log('lost'), outcome: 'unavailable', message: 'Get "https://10.0.0.1:10250/containerLogs/shop/web/lost": dial tcp 10.0.0.1:10250: connect: connection refused'} as Read,
  ],
}

let server: ApiServer
const source = async (prank?: (url: URL, nth: number) => Prank | undefined, from = cluster): Promise<Source> => {
  server?.close()
  server = await serve(from, prank)
  return liveSource(await connect({server: server.url}, {env: {HOME: '/nope'}}))
}
const outcomes = ({reads}: Answers) => reads.map(({outcome, message}) => message === undefined ? outcome : `${outcome}: ${message}`)
const names = ({objects}: Answers) => objects.map(({kind, metadata}) => `${kind}/${metadata?.name}`)

describe('live source', () => {
  after(() => server.close())

  const table: [what: string, asks: Ask[], outcomes: string[], names: string[]][] = [
    ['a name', [{get: 'ConfigMap', namespace: 'shop', name: 'a'}], ['read'], ['ConfigMap/a']],
    ['a name that there is not', [{get: 'ConfigMap', namespace: 'shop', name: 'x'}], ['absent: configmaps "x" not found'], []],
    ['a group', [{get: 'Deployment', namespace: 'shop', name: 'web'}, {get: 'Deployment', namespace: 'shop', name: 'x'}], ['read', 'absent: deployments.apps "x" not found'], ['Deployment/web']],
    ['of the cluster', [{get: 'Node', name: 'n1'}], ['read'], ['Node/n1']],
    ['no right to list', [{list: 'Node'}], ['forbidden: nodes is forbidden: User "ann" cannot list resource "nodes" in API group "" at the cluster scope'], []],
    ['no right to get', [{get: 'ServiceAccount', namespace: 'shop', name: 'x'}], ['forbidden: no, said the server'], []],
    ['labels', [{list: 'Pod', namespace: 'shop', labelSelector: 'app in (web,api),tier=front'}], ['read'], ['Pod/web']],
    ['other labels', [{list: 'Pod', namespace: 'shop', labelSelector: 'app!=web'}], ['read'], ['Pod/db']],
    ['fields', [{list: 'Pod', fieldSelector: 'spec.nodeName=n2'}], ['read'], ['Pod/db']],
    ['phases', [{list: 'Pod', fieldSelector: 'status.phase!=Pending'}], ['read'], ['Pod/web']],
    ['events', [{list: 'Event', namespace: 'shop', fieldSelector: 'involvedObject.kind=Pod,involvedObject.name=web'}], ['read'], ['Event/e1']],
    ['all namespaces', [{list: 'ConfigMap', fieldSelector: 'metadata.name=a'}], ['read'], ['ConfigMap/a', 'ConfigMap/a']],
    ['nothing', [{list: 'Job', namespace: 'shop'}], ['read'], []],
    ['secrets are not listed whole', [{list: 'Secret', namespace: 'shop'}], ['unavailable: Secrets are read one by one, or without their values'], []],
    ['the same thing twice', [{get: 'Pod', namespace: 'shop', name: 'db'}, {get: 'Pod', namespace: 'shop', name: 'db'}], ['read', 'read'], ['Pod/db']],
  ]
  for (const [what, asks, expected, objects] of table) {
    it(what, async () => {
      const answers = await (await source()).read(asks)
      assert.deepEqual(outcomes(answers), expected)
      assert.deepEqual(names(answers).sort(), objects)
      answers.reads.forEach((read, i) => assert.deepEqual({...read, outcome: undefined, message: undefined}, {...asks[i], outcome: undefined, message: undefined}))
      for (const {apiVersion, kind, metadataOnly} of answers.objects) {
        assert.ok(apiVersion && kind)
        assert.equal(metadataOnly, undefined)
      }
    })
  }

  it('no names at all is no request', async () => {
    assert.deepEqual(await (await source()).read([]), {objects: [], logs: [], reads: []})
    assert.equal(server.requests.length, 0)
  })

  it('metadata only: no spec, no data, the real kind', async () => {
    const {objects, reads} = await (await source()).read([{list: 'Pod', namespace: 'shop', metadataOnly: true}, {list: 'Secret', namespace: 'shop', metadataOnly: true}])
    assert.deepEqual(reads.map(({outcome}) => outcome), ['read', 'read'])
    assert.deepEqual(objects[0], {apiVersion: 'v1', kind: 'Pod', metadata: cluster.objects.find(({kind, metadata}) => kind === 'Pod' && metadata?.name === 'web')!.metadata, metadataOnly: true})
    assert.ok(objects.every(object => object.metadataOnly && !('data' in object) && !('spec' in object)))
    assert.ok(server.headers.every(({accept}) => accept === 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'))
  })

  it('a server that sends whole objects when asked for metadata: the rest is dropped', async () => {
    const {objects} = await (await source(() => ({body: {kind: 'SecretList', items: [object('Secret', 's', {data: {password: base64('swordfish')}})]}}))).read([{list: 'Secret', namespace: 'shop', metadataOnly: true}])
    assert.deepEqual(objects, [{apiVersion: 'v1', kind: 'Secret', metadata: {name: 's', namespace: 'shop'}, metadataOnly: true}])
  })

  it('a whole object beats its metadata, in whatever order they came', async () => {
    const asks: Ask[] = [{list: 'ConfigMap', namespace: 'shop', metadataOnly: true}, {get: 'ConfigMap', namespace: 'shop', name: 'a'}]
    for (const order of [asks, asks.toReversed()]) {
      const {objects} = await (await source()).read(order)
      assert.deepEqual(objects.filter(({metadata}) => metadata?.name === 'a').map(({metadataOnly}) => metadataOnly), [undefined])
      assert.equal(objects.length, 4)
    }
  })

  describe('three names or more of one kind and namespace', () => {
    const three: Ask[] = ['a', 'b', 'x'].map(name => ({get: 'ConfigMap', namespace: 'shop', name}))

    it('are one list', async () => {
      const answers = await (await source()).read([...three, {get: 'ConfigMap', namespace: 'other', name: 'a'}])
      assert.deepEqual(outcomes(answers), ['read', 'read', 'absent: configmaps "x" not found', 'read'])
      assert.deepEqual(names(answers), ['ConfigMap/a', 'ConfigMap/b', 'ConfigMap/a'])
      assert.deepEqual(server.requests.sort(), ['GET /api/v1/namespaces/other/configmaps/a', 'GET /api/v1/namespaces/shop/configmaps?limit=500'])
    })
    it('are asked one by one where nobody may list', async () => {
      const answers = await (await source(url => url.pathname.endsWith('/configmaps') ? status(403, 'Forbidden', 'no') : undefined)).read(three)
      assert.deepEqual(outcomes(answers), ['read', 'read', 'absent: configmaps "x" not found'])
      assert.equal(server.requests.length, 4)
    })
    it('are asked one by one where the list is too long to hold them', async () => {
      const many = {objects: [...Array.from({length: 600}, (_, i) => object('ConfigMap', `m${i}`)), ...cluster.objects]}
      const answers = await (await source(undefined, many)).read([...three.slice(0, 2), {get: 'ConfigMap', namespace: 'shop', name: 'm1'}])
      assert.deepEqual(outcomes(answers), ['read', 'read', 'read'])
      assert.equal(server.requests.length, 3)
    })
    it('of Secrets are asked one by one', async () => {
      const answers = await (await source()).read(['s1', 's2', 's3'].map(name => ({get: 'Secret', namespace: 'shop', name})))
      assert.equal(answers.objects.length, 3)
      assert.ok(server.requests.every(request => /secrets\/s\d$/.test(request)))
    })
  })

  it('Secrets come without their values, with what rules need of them', async () => {
    const {objects} = await (await source()).read([{get: 'Secret', namespace: 'shop', name: 's1'}, {get: 'Secret', namespace: 'shop', name: 'pull'}])
    assert.deepEqual(objects.map(object => [(object as {data?: object}).data, (object as {facts?: object}).facts]), [
      [{password: ''}, {keys: {password: {bytes: 12, trailingNewline: true}}}],
      [{'.dockerconfigjson': ''}, {keys: {'.dockerconfigjson': {bytes: 62}}, registries: ['registry.example']}],
    ])
  })

  it('lists are read page by page, and begun again when they have changed too much', async () => {
    const many = {objects: Array.from({length: 1234}, (_, i) => object('Pod', `p${String(i).padStart(4, '0')}`))}
    let gone = 0
    const answers = await (await source(url => url.searchParams.get('continue') === '1000' && gone++ === 0 ? status(410, 'Expired', 'The provided continue parameter is too old') : undefined, many)).read([{list: 'Pod', namespace: 'shop'}])
    assert.equal(answers.objects.length, 1234)
    assert.equal(server.requests.length, 6)
    const never = await (await source(url => url.searchParams.has('continue') ? status(410, 'Expired', 'too old') : undefined, many)).read([{list: 'Pod', namespace: 'shop'}])
    assert.deepEqual(outcomes(never), ['unavailable: too old'])
    assert.equal(server.requests.length, 6)
    const broken = await (await source(() => status(500, 'InternalError', 'no'), many)).read([{list: 'Pod', namespace: 'shop'}])
    assert.deepEqual(outcomes(broken), ['unavailable: no'])
    assert.equal(server.requests.length, 1)
  })

  describe('what goes wrong', () => {
    const rows: [what: string, prank: Prank, outcome: string][] = [
      ['500', status(500, 'InternalError', 'etcdserver: no leader'), 'unavailable: etcdserver: no leader'],
      ['a proxy\'s page for 404 proves no absence', {status: 404, body: '<h1>Not Found</h1>', headers: {'content-type': 'text/html'}}, 'unavailable: the server could not find the requested resource'],
      ['garbage', {body: '{"kind": "ConfigM', headers: {'content-type': 'application/json'}}, 'unavailable: the answer is no JSON'],
      ['a page', {body: '<html>', headers: {'content-type': 'text/html'}}, 'unavailable: the answer is no JSON'],
      ['a broken connection', {drop: true}, 'unavailable: Unable to connect to the server: EOF'],
    ]
    for (const [what, prank, outcome] of rows) {
      it(what, async () => {
        const live = await source(url => url.pathname.endsWith('/x') ? prank : undefined)
        await live.read([{get: 'Pod', namespace: 'shop', name: 'web'}])
        assert.deepEqual(outcomes(await live.read([{get: 'ConfigMap', namespace: 'shop', name: 'x'}])), [outcome])
      })
    }
    it('no connection at all ends the run', async () => {
      const live = liveSource(await connect({server: 'http://127.0.0.1:1'}, {env: {HOME: '/nope'}}))
      await assert.rejects(live.read([{get: 'Pod', namespace: 'shop', name: 'web'}]), (error: Error) => error instanceof ClusterError && error.message.startsWith('The connection to the server 127.0.0.1:1 was refused'))
    })
    it('so does 401, at any time', async () => {
      const live = await source((_, nth) => nth > 1 ? status(401, 'Unauthorized', 'Unauthorized') : undefined)
      await live.read([{get: 'Pod', namespace: 'shop', name: 'web'}])
      await assert.rejects(live.read([{get: 'Pod', namespace: 'shop', name: 'web'}]), {message: 'error: You must be logged in to the server (Unauthorized)'})
    })
  })

  describe('logs', () => {
    const rows: [ask: Ask, outcome: string, text?: string][] = [
      [log('app'), 'read', 'one\ntwo\n'],
      [log('app', true), 'read', 'crashed\n'],
      [log('never', true), 'absent: previous terminated container "never" in pod "web" not found'],
      [log('waiting'), 'absent: container "waiting" in pod "web" is waiting to start: ContainerCreating'],
      [log('lost'), 'unavailable: Get "https://10.0.0.1:10250/containerLogs/shop/web/lost": dial tcp 10.0.0.1:10250: connect: connection refused'],
      [log('gone'), 'unavailable: unable to retrieve container logs for containerd://4f6e'],
      [log('gone', true), 'absent'],
      [log('app', false, 'vanished'), 'absent: pods "vanished" not found'],
    ]
    for (const [ask, outcome, text] of rows) {
      it(JSON.stringify((ask as {log: object}).log), async () => {
        const answers = await (await source()).read([ask])
        assert.deepEqual(outcomes(answers), [outcome])
        assert.deepEqual(answers.logs, text === undefined ? [] : [{...(ask as {log: object}).log, text}])
      })
    }

    it('16 MiB of one are read, then its end, and no more', async () => {
      const line = `${'x'.repeat(99)}\n`
      const text = `the beginning\n${line.repeat(400_000)}the end\n`
      const big = {...cluster, logs: [logOf('app', text)]}
      const {logs: [kept]} = await (await source(undefined, big)).read([log('app')])
      assert.equal(kept!.cut, true)
      assert.match(kept!.text, /^the beginning\n/)
      assert.match(kept!.text, /\n\[\.\.\. lines left out \.\.\.\]\n/)
      assert.match(kept!.text, /\nthe end\n$/)
      assert.deepEqual(server.requests.map(request => new URL(request.slice(4), 'http://x').searchParams.get('tailLines')), [null, '300'])
    }).timeout(20_000)

    it('64 MiB in a run', async () => {
      const text = `${'x'.repeat(1023)}\n`.repeat(17 * 1024)
      const live = await source(url => url.pathname.endsWith('/log') ? {body: text} : undefined)
      const first = await live.read(['a', 'b', 'c', 'd', 'e'].map(name => log(name)))
      assert.ok(first.logs.length >= 4 && first.logs.every(({cut}) => cut))
      assert.deepEqual(outcomes(await live.read([log('f')])), ['unavailable: 64 MiB of logs were read in this run already'])
    }).timeout(20_000)
  })

  it('the version', async () => {
    assert.equal(await (await source()).version?.(), 'v1.34.1')
    assert.equal(await (await source(() => status(403, 'Forbidden', 'no'))).version?.(), undefined)
  })

  it('at most eight requests at a time, of all sorts together', async () => {
    const asks: Ask[] = ['shop', 'other', 'x', 'y', 'z'].flatMap(namespace => [{get: 'Pod', namespace, name: 'web'}, {list: 'Event', namespace}, {list: 'Pod', namespace, metadataOnly: true}, {list: 'Job', namespace}] as Ask[])
    await (await source(() => ({delayMs: 15}))).read([...asks, log('app'), log('app', true)])
    assert.equal(server.mostInFlight, 8)
    assert.equal(server.requests.length, 22)
  })
})
