import assert from 'node:assert/strict'
import {utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Ask} from '../src/doctor/types.js'
import {serve, type ApiServer} from './support/api-server.js'
import {run, transcript} from './support/cli.js'
import {newFolder} from './support/folder.js'
import {assertGolden} from './support/golden.js'
import {readSnapshot} from './support/snapshot.js'

const folder = join(import.meta.dirname, 'cli')
const shop = readSnapshot(join(folder, 'shop.yaml'))

/** [transcript in test/cli, lines typed one after the other in one folder]. They show exactly what a person sees. */
const scenarios: [string, ...string[]][] = [
  ['help', 'kubectl pod-doctor --help'],
  ['rules-help', 'kubectl pod-doctor rules -h'],
  ['version', 'kubectl pod-doctor --version'],
  ['rules', 'kubectl pod-doctor rules'],
  ['one-rule', 'kubectl pod-doctor rules secret-key-missing', 'kubectl pod-doctor rules secret-keys-missing', 'kubectl pod-doctor rules xyzzy', 'kubectl pod-doctor rules a b'],
  ['usage', ...[
    '--explian', '--fro', '--xyzzy', '-x', '-hx', '-o', '--output', '-o pdf', '--explain=maybe', '--verify --from x.yaml', '--verify --token abc', 'po/web-0 mysql-0', 'po/a/b', 'po/', 'configmap/features', 'node/node-1',
  ].map(words => `kubectl pod-doctor ${words}`)],
  ['pflag', 'kubectl pod-doctor -ojson --explain=false -o=text -n other web-0 --namespace=shop', 'kubectl pod-doctor --no-color=f -- -n'],
  ['no-such-type', 'kubectl pod-doctor foo/web', 'kubectl pod-doctor deploymet/web'],
  ['no-such-pod', 'kubectl pod-doctor wroker', 'kubectl pod-doctor importer', 'kubectl pod-doctor deploy/web', 'kubectl pod-doctor -n shpo', 'kubectl pod-doctor web-0 importer'],
  ['no-cluster', 'kubectl pod-doctor web-0 -s http://127.0.0.1:1', 'kubectl pod-doctor web-0 --context nowhere', 'kubectl pod-doctor web-0 --kubeconfig=/nowhere'],
  ['sound', 'kubectl pod-doctor web-0'],
  ['crash', 'kubectl pod-doctor mysql-0', 'kubectl pod-doctor pod mysql-0 --explain'],
  ['namespace', 'kubectl pod-doctor', 'kubectl pod-doctor ns shop'],
  ['everywhere', 'kubectl pod-doctor -A', 'kubectl pod-doctor -A -o name', 'kubectl pod-doctor --all-namespaces -o wide', 'kubectl pod-doctor web-0 -A'],
  ['selector', 'kubectl pod-doctor -l app=worker', 'kubectl pod-doctor -l app=none', 'kubectl pod-doctor deploy -l \'app in (worker,web)\'', 'kubectl pod-doctor -l app=worker,', 'kubectl pod-doctor web-0 -l app=web', 'kubectl pod-doctor pod/web-0 -l app=web', 'kubectl pod-doctor -l app=worker -A -o name'],
  ['container', 'kubectl pod-doctor worker -c worker', 'kubectl pod-doctor worker -c nosuch', 'kubectl pod-doctor -c mysql', 'kubectl pod-doctor -c nosuch'],
  ['custom-kind', 'kubectl pod-doctor rollout/checkout -n delivery', 'kubectl pod-doctor rollouts.argoproj.io/chekout -n delivery', 'kubectl pod-doctor -n delivery', 'kubectl pod-doctor rollout/checkout -n delivery -o snapshot > r.yaml; kubectl pod-doctor --from r.yaml rollout/checkout | head -n 1'],
  ['several', 'kubectl pod-doctor web-0 po/mysql-0', 'kubectl pod-doctor web-0 mysql-0', 'kubectl pod-doctor pods web-0 rules'],
  ['called-like-a-subcommand', 'kubectl pod-doctor pod/rules', 'kubectl pod-doctor pod rules', 'kubectl pod-doctor -- rules'],
  ['formats', 'kubectl pod-doctor worker -o json', 'kubectl pod-doctor worker -o yaml'],
  ['snapshot', 'kubectl pod-doctor worker -o snapshot | tee worker.yaml', 'kubectl pod-doctor -f worker.yaml', 'kubectl pod-doctor --from=- < worker.yaml',
    'kubectl pod-doctor worker > live.txt', 'kubectl pod-doctor --from worker.yaml | diff - live.txt && echo the same', 'kubectl pod-doctor mysql-0 --from worker.yaml'],
  ['plain-file', 'kubectl pod-doctor --from pods.json', 'kubectl pod-doctor --from pod.json', 'kubectl pod-doctor mysql-0 --from pods.json', 'kubectl pod-doctor --from node.json'],
  ['bad-file', ...['none.yaml', 'empty.yaml', 'truncated.yaml', 'foreign.yaml', 'noise.bin', '.'].map(file => `kubectl pod-doctor --from ${file}`)],
  ['full-disk', 'kubectl pod-doctor web-0 > /dev/full', 'kubectl pod-doctor --help > /dev/full', 'kubectl pod-doctor web-0 2> /dev/full', 'kubectl pod-doctor wob 2> /dev/full'],
  ['closed-pipe', 'kubectl pod-doctor mysql-0 | head -n 1; echo ${PIPESTATUS[0]}', 'kubectl pod-doctor web-0 | true; echo ${PIPESTATUS[0]}', 'kubectl pod-doctor web-0 >&-'],
]

describe('command line', () => {
  let server: ApiServer
  before(async () => { server = await serve(shop) })
  after(() => server.close())

  for (const [name, ...lines] of scenarios) {
    it(name, async () => {
      await assertTranscripts(name, lines, server)
    })
  }

  /** [transcript, what the person may not do, lines] */
  const refusals: [string, Ask[], ...string[]][] = [
    ['may-not-read-pods', [{get: 'Pod', namespace: 'shop', name: 'worker'}, {list: 'Pod', namespace: 'shop'}], 'kubectl pod-doctor worker', 'kubectl pod-doctor', 'kubectl pod-doctor worker -o snapshot'],
    ['may-not-read-secrets-and-events', [{get: 'Secret', namespace: 'shop', name: 'db-login'}, {list: 'Event', namespace: 'shop'}], 'kubectl pod-doctor worker'],
  ]
  for (const [name, asks, ...lines] of refusals) {
    it(name, async () => {
      const server = await serve({...shop, reads: asks.map(ask => ({...ask, outcome: 'forbidden' as const}))})
      await assertTranscripts(name, lines, server)
      server.close()
    })
  }
})

async function assertTranscripts(name: string, lines: string[], {url}: ApiServer): Promise<void> {
  const cwd = folderWithFiles()
  const texts: string[] = []
  for (const line of lines) texts.push(await transcript(line, {server: url, clock: shop.takenAt, cwd}))
  assertGolden(texts.join('\n'), join(folder, 'pod-doctor', `${name}.txt`))
}

describe('a bug of ours', () => {
  it('is told as one, with where it is', async () => {
    const broken = 'Array.prototype.toSorted=()=>{throw(new(TypeError)(`broken`))}'
    const {stdout, stderr, code} = await run('kubectl pod-doctor --from pods.json', {cwd: folderWithFiles(), env: {NODE_OPTIONS: `--import=data:text/javascript,${broken}`}})
    assert.deepEqual([stdout, code], ['', 70])
    assert.match(stderr, /^internal error, please report it:\nTypeError: broken\n {4}at /)
  })
})

/** The files that scenarios name. */
function folderWithFiles(): string {
  const cwd = newFolder()
  const items = shop.objects.filter(({kind, metadata}) => kind === 'Pod' && metadata?.namespace === 'shop')
  const files = {
    'pods.json': JSON.stringify({apiVersion: 'v1', kind: 'List', items}),
    'pod.json': JSON.stringify(items.find(({metadata}) => metadata?.name === 'mysql-0')),
    'node.json': JSON.stringify(shop.objects.find(({kind}) => kind === 'Node')),
    'empty.yaml': '',
    'truncated.yaml': 'apiVersion: podkit/v1\nkind: Snapshot\ntakenAt: 2026-03-02T10:15:00Z\n',
    'foreign.yaml': 'version: 3\nservices: {web: {image: nginx}}\n',
    'noise.bin': '\0\u0001\u0002',
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(cwd, name), text)
    utimesSync(join(cwd, name), new Date(), new Date(shop.takenAt))
  }
  return cwd
}
