import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {stringify} from 'yaml'
import {fileSource} from '../src/kube/dump.js'
import {ClusterError} from '../src/kube/errors.js'
import {examine} from '../src/kube/examine.js'
import type {KubeObject} from '../src/kube/types.js'
import type {Ask, Diagnosis, Read, Snapshot} from '../src/doctor/types.js'

const folder = mkdtempSync(join(tmpdir(), 'podkit-'))
after(() => rmSync(folder, {recursive: true}))
let count = 0
const file = (content: string | Buffer) => {
  const path = join(folder, `file-${count++}`)
  writeFileSync(path, content)
  return path
}
const object = (kind: string, name: string, more: object = {}): KubeObject => ({apiVersion: 'v1', kind, metadata: {name, namespace: 'shop'}, ...more})
const pod = object('Pod', 'web', {spec: {containers: [{name: 'app', image: 'x'}]}})
const base64 = (text: string) => Buffer.from(text).toString('base64')
const namesIn = async (content: string | Buffer) => (await fileSource(file(content))).objects.map(({kind, metadata}) => `${kind} ${metadata?.namespace ?? ''}/${metadata?.name}`)

const snapshot: Snapshot = {
  apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: '2026-01-01T00:00:00Z', serverVersion: 'v1.34.1', context: 'prod', connection: ['--context=prod'],
  targets: [{kind: 'Pod', namespace: 'shop', name: 'web'}],
  objects: [
    {...object('ConfigMap', 'known', {data: {a: 'b'}}), metadata: {name: 'known', namespace: 'shop', managedFields: [{manager: 'kubectl', operation: 'Update', fields: ['data.a']}]}},
    {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'glimpsed', namespace: 'shop'}, metadataOnly: true},
    pod,
    object('Secret', 'db', {data: {password: ''}, facts: {keys: {password: {bytes: 12, trailingNewline: true}}}, type: 'Opaque'}),
  ],
  logs: [{namespace: 'shop', pod: 'web', container: 'app', previous: true, text: 'boom\n[... 12 lines left out ...]\nend\n', cut: true}],
  reads: [
    {get: 'ConfigMap', namespace: 'shop', name: 'missing', outcome: 'absent'}, {get: 'Pod', namespace: 'shop', name: 'web', outcome: 'read'},
    {list: 'Event', namespace: 'shop', fieldSelector: 'involvedObject.name=web', outcome: 'forbidden', message: 'no'},
    {list: 'Service', namespace: 'shop', outcome: 'read'}, {log: {namespace: 'shop', pod: 'web', container: 'app', previous: true}, outcome: 'read'},
  ],
}
const outcomeOf = (reads: Read[], asks: Ask[]) => reads.slice(0, asks.length).map(({outcome, message}) => message === undefined ? outcome : `${outcome}: ${message}`)

describe('a snapshot as a source', () => {
  for (const [form, text] of [['JSON', JSON.stringify(snapshot)], ['YAML', stringify(snapshot)]] as const) {
    it(`comes back as it was written, from ${form}`, async () => {
      assert.deepEqual((await fileSource(file(text))).snapshot, snapshot)
    })
  }

  const table: [what: string, ask: Ask, outcome: string][] = [
    ['what was absent is absent', {get: 'ConfigMap', namespace: 'shop', name: 'missing'}, 'absent'],
    ['what was forbidden is forbidden', {list: 'Event', namespace: 'shop', fieldSelector: 'involvedObject.name=web'}, 'forbidden: no'],
    ['what it holds is read', {get: 'ConfigMap', namespace: 'shop', name: 'known'}, 'read'],
    ['what it holds as metadata only is not', {get: 'ConfigMap', namespace: 'shop', name: 'glimpsed'}, 'unavailable: not in the file'],
    ['what it lacks is unavailable', {get: 'ConfigMap', namespace: 'shop', name: 'other'}, 'unavailable: not in the file'],
    ['a list that nobody read is unavailable', {list: 'Pod', namespace: 'shop'}, 'unavailable: not in the file'],
    ['the same list by another name is another list', {list: 'Event', namespace: 'shop'}, 'unavailable: not in the file'],
    ['what a whole list did not hold is absent', {get: 'Service', namespace: 'shop', name: 'x'}, 'absent'],
    ['in another namespace it may exist', {get: 'Service', namespace: 'other', name: 'x'}, 'unavailable: not in the file'],
    ['a log', {log: {namespace: 'shop', pod: 'web', container: 'app', previous: true}}, 'read'],
    ['a log that nobody read', {log: {namespace: 'shop', pod: 'web', container: 'app', previous: false}}, 'unavailable: not in the file'],
  ]
  for (const [what, ask, outcome] of table) {
    it(what, async () => {
      const {source} = await fileSource(file(JSON.stringify(snapshot)))
      assert.deepEqual(outcomeOf((await source.read([ask])).reads, [ask]), [outcome])
    })
  }

  it('a replay ends with the snapshot that it began with', async () => {
    const {source, snapshot: own} = await fileSource(file(stringify(snapshot)))
    const diagnose = ({reads}: Snapshot) => ({diagnosis: {} as Diagnosis, asks: reads.length === 0 ? [snapshot.reads[1] as Ask] : []})
    const replayed = await examine(source, {...own!, objects: [], logs: [], reads: []}, diagnose)
    const again = await examine(source, replayed.snapshot, diagnose)
    assert.equal(JSON.stringify(replayed.snapshot), JSON.stringify(again.snapshot))
    assert.deepEqual(replayed.snapshot.objects, snapshot.objects.toSorted((a, b) => `${a.kind} ${a.metadata?.name}` < `${b.kind} ${b.metadata?.name}` ? -1 : 1))
    assert.equal(replayed.snapshot.reads.length, snapshot.reads.length)
  })

  it('what somebody has put into it by hand is redacted', async () => {
    const edited = {...snapshot, objects: [object('Secret', 's', {data: {k: base64('sword-fish-7')}}), object('Pod', 'p', {spec: {containers: [{name: 'c', args: ['sword-fish-7'], env: [{name: 'API_TOKEN', value: 'abc'}]}]}})],
      logs: [{...snapshot.logs[0]!, text: '\u001b[31mred sword-fish-7\u001b[0m\n'}]}
    const {snapshot: own} = await fileSource(file(JSON.stringify(edited)))
    assert.doesNotMatch(JSON.stringify(own), /sword-fish|"abc"|c3dvcmQ|\\u001b/)
    assert.equal(own!.logs[0]!.text, 'red <secret:s/k>\n')
  })
})

describe('kubectl get -o yaml, -o json', () => {
  const list = {apiVersion: 'v1', kind: 'List', metadata: {resourceVersion: ''}, items: [pod, object('ConfigMap', 'cm', {data: {a: 'b'}})]}
  const table: [what: string, content: string | Buffer, names: string[]][] = [
    ['one object', stringify(pod), ['Pod shop/web']],
    ['one object in JSON', JSON.stringify(pod, null, 4), ['Pod shop/web']],
    ['a List', stringify(list), ['Pod shop/web', 'ConfigMap shop/cm']],
    ['a List in JSON', JSON.stringify(list), ['Pod shop/web', 'ConfigMap shop/cm']],
    ['a PodList, whose items have no kind', JSON.stringify({apiVersion: 'v1', kind: 'PodList', items: [{metadata: {name: 'a', namespace: 'shop'}}]}), ['Pod shop/a']],
    ['several documents, some of them empty', `---\n${stringify(pod)}---\n---\n# nothing\n---\n${stringify(list)}...\n`, ['Pod shop/web', 'Pod shop/web', 'ConfigMap shop/cm']],
    ['kinds that nobody knows', 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: r, namespace: shop}\nspec: {a: b}\n', ['Rollout shop/r']],
    ['a manifest without a namespace', 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n---\napiVersion: v1\nkind: Node\nmetadata: {name: n}\n', ['Deployment default/d', 'Node /n']],
    ['flow style', '{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: shop}}', ['Pod shop/a']],
    ['a byte order mark', `\uFEFF${stringify(pod)}`, ['Pod shop/web']],
    ['UTF-16 of PowerShell', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(JSON.stringify(pod), 'utf16le')]), ['Pod shop/web']],
    ['Windows line ends', stringify(list).replaceAll('\n', '\r\n'), ['Pod shop/web', 'ConfigMap shop/cm']],
  ]
  for (const [what, content, names] of table) it(what, async () => assert.deepEqual(await namesIn(content), names))

  it('is answered from, and put into the snapshot as a whole', async () => {
    const {source, snapshot, objects} = await fileSource(file(JSON.stringify(list)))
    assert.equal(snapshot, undefined)
    const asks: Ask[] = [{get: 'Pod', namespace: 'shop', name: 'web'}, {get: 'Pod', namespace: 'shop', name: 'x'}, {list: 'Pod', namespace: 'shop'}]
    const answers = await source.read(asks)
    assert.deepEqual(outcomeOf(answers.reads, asks), ['read', 'unavailable: not in the file', 'unavailable: not in the file'])
    assert.deepEqual(answers.objects, objects)
  })

  it('is redacted, and its managedFields reduced', async () => {
    const raw = {...object('Secret', 's', {data: {k: base64('sword-fish-7\n')}}), metadata: {name: 's', namespace: 'shop', managedFields: [{manager: 'kubectl-create', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {'f:data': {'.': {}, 'f:k': {}}}}]}}
    const {objects} = await fileSource(file(JSON.stringify({apiVersion: 'v1', kind: 'List', items: [raw, object('ConfigMap', 'cm', {data: {note: 'it is sword-fish-7.'}})]})))
    assert.deepEqual(objects, [
      {apiVersion: 'v1', kind: 'Secret', metadata: {name: 's', namespace: 'shop', managedFields: [{manager: 'kubectl-create', operation: 'Update', fields: ['data.k']}]}, data: {k: ''}, facts: {keys: {k: {bytes: 13, trailingNewline: true}}}},
      object('ConfigMap', 'cm', {data: {note: 'it is <secret:s/k>.'}}),
    ])
  })

  it('with nonsense in it does not throw', async () => {
    for (const nonsense of [null, 1, 'x', [], {}]) {
      await fileSource(file(JSON.stringify({apiVersion: 'v1', kind: 'Pod', metadata: {name: 'p', namespace: 'shop', annotations: nonsense, labels: nonsense, managedFields: nonsense, ownerReferences: nonsense}, spec: nonsense, status: nonsense, data: nonsense})))
      await fileSource(file(JSON.stringify({apiVersion: 'v1', kind: 'Secret', metadata: {name: 'p', managedFields: [nonsense]}, data: nonsense, stringData: nonsense, facts: nonsense})))
      await fileSource(file(JSON.stringify({...snapshot, logs: nonsense, reads: [nonsense], targets: nonsense, connection: nonsense, objects: [nonsense]})))
    }
  })
})

describe('files that are of no use', () => {
  const yaml = stringify({apiVersion: 'v1', items: [pod, pod], kind: 'List', metadata: {}})
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join()}]`).join('\n')}\n`
  const table: [what: string, content: string | Buffer, message: string | RegExp][] = [
    ['empty', '', 'error: FILE is empty'],
    ['blank', ' \n\n', 'error: FILE is empty'],
    ['comments', '# nothing\n---\n', 'error: FILE is empty'],
    ['no YAML', 'a: [b\nc: d', /^error: error parsing FILE: error converting YAML to JSON: yaml: line \d+: /],
    ['prose', 'hello world\n', 'error: FILE does not hold Kubernetes objects but "hello world"'],
    ['a list of things', '- a\n- b\n', 'error: FILE does not hold Kubernetes objects but a list'],
    ['foreign YAML', 'services:\n  web:\n    image: x\n', 'error: unable to decode "FILE": Object \'Kind\' is missing in \'{"services":{"web":{"image":"x"}}}\''],
    ['no apiVersion', 'kind: Pod\nmetadata: {name: x}\n', /Object 'apiVersion' is missing/],
    ['an object without a name', 'apiVersion: v1\nkind: Pod\n', 'error: FILE holds a Pod without a name'],
    ['JSON that breaks off', JSON.stringify(snapshot).slice(0, 300), 'error: error parsing FILE: unexpected end of JSON input: the file breaks off'],
    ['long JSON that breaks off at a brace', `${JSON.stringify(Array.from({length: 9000}, () => pod)).slice(1, -200).replace(/\}[^}]*$/, '}')}`.replace(/^/, '{"items": ['), /^error: error parsing FILE: (?:unexpected end of JSON input|error converting)/],
    ['YAML that breaks off within its items', yaml.slice(0, yaml.indexOf('kind: List')), 'error: FILE breaks off: it is a list without its end'],
    ['a list of nothing', 'apiVersion: v1\nkind: List\nitems: []\n', 'error: FILE holds a list without items'],
    ['a snapshot that breaks off', stringify(snapshot).slice(0, stringify(snapshot).indexOf('objects:')), 'error: FILE is a damaged or cut off Snapshot: it lacks objects'],
    ['a snapshot of tomorrow', stringify({...snapshot, apiVersion: 'podkit/v9'}), 'error: FILE is of podkit/v9; this program reads podkit/v1'],
    ['a diagnosis', 'apiVersion: podkit/v1\nkind: Diagnosis\n', 'error: FILE is a Diagnosis, not a Snapshot; -o snapshot writes one'],
    ['something compressed', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), 'error: FILE is neither YAML nor JSON'],
    ['an alias bomb', bomb, /^error: error parsing FILE: error converting YAML to JSON: yaml: Excessive alias count/],
    ['12 MB of YAML', `a: b\n${'# filling\n'.repeat(1_250_000)}`, 'error: FILE holds 12 MiB of YAML, which takes too long to read; write it with -o json, or fewer objects'],
  ]
  for (const [what, content, message] of table) {
    it(what, async () => {
      const path = file(content)
      await assert.rejects(fileSource(path), (error: Error) => {
        assert.ok(error instanceof ClusterError, String(error.stack))
        const said = error.message.replaceAll(path, 'FILE')
        if (typeof message === 'string') assert.equal(said, message)
        else assert.match(said, message)
        return true
      })
    })
  }
  it('not there', async () => {
    await assert.rejects(fileSource('/nope.yaml'), {message: 'error: the path "/nope.yaml" does not exist'})
    await assert.rejects(fileSource(folder), {message: `error: read ${folder}: is a directory`})
  })
  it(`not readable${process.getuid?.() === 0 ? ' (left out: root may read everything)' : ''}`, async function () {
    if (process.getuid?.() === 0) return this.skip()
    const path = file('x')
    chmodSync(path, 0)
    await assert.rejects(fileSource(path), {message: `error: open ${path}: permission denied`})
  })

  it('100 MB of JSON are read', async () => {
    const filler = object('ConfigMap', 'big', {data: {a: 'x'.repeat(1_000_000)}})
    const path = file(JSON.stringify({apiVersion: 'v1', kind: 'List', items: Array.from({length: 100}, () => filler)}))
    const began = Date.now()
    assert.equal((await fileSource(path)).objects.length, 100)
    assert.ok(Date.now() - began < 10_000, `${Date.now() - began} ms`)
  }).timeout(30_000)

  it('standard input is read, too', () => {
    const code = `import('${join(import.meta.dirname, '../src/kube/dump.ts')}').then(({fileSource}) => fileSource('-')).then(({objects}) => console.log(objects.length), error => console.log(error.message))`
    const run = (input: string) => execFileSync(process.execPath, ['--import', 'tsx', '--eval', code], {input, encoding: 'utf8', cwd: join(import.meta.dirname, '..')}).trim()
    assert.equal(run(stringify(pod)), '1')
    assert.equal(run(''), 'error: standard input is empty')
  })
})
