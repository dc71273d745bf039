import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {serve} from './support/api-server.js'
import {run} from './support/cli.js'
import {newFolder} from './support/folder.js'
import {readSnapshot} from './support/snapshot.js'

const root = join(import.meta.dirname, '..')
const shop = readSnapshot(join(import.meta.dirname, 'cli/shop.yaml'))

/** What takes more than a millisecond to load, or stands for something that does. */
const HEAVY = [
  '@kubernetes/client-node', 'hpagent', 'js-yaml', 'ora', 'oclif-help', 'socks-proxy-agent', 'yaml',
  'node:child_process', 'node:crypto', 'node:fs/promises', 'node:http', 'node:https', 'node:net', 'node:readline', 'node:tls', 'node:tty', 'node:worker_threads', 'node:zlib',
]

/** [line, what of that it may load]. All else belongs to other ways through the program. */
const paths: [string, string[]][] = [
  ['--version', []],
  ['--help', ['oclif-help', 'node:tty']],
  ['rules', []],
  ['--from shop.json', []],
  ['--from shop.json -o json', []],
  ['--from shop.yaml', ['js-yaml']],
  ['--from shop.json -o yaml', ['yaml']],
  ['--xyzzy', []],
  ['mysql-0', ['js-yaml', 'node:http', 'node:https', 'node:net', 'node:zlib']],
]

describe('start-up: what is loaded for', () => {
  for (const [line, allowed] of paths) {
    it(line, async () => {
      const server = await serve(shop)
      const cwd = newFolder()
      writeFileSync(join(cwd, 'shop.json'), JSON.stringify(shop))
      writeFileSync(join(cwd, 'shop.yaml'), readFileSync(join(import.meta.dirname, 'cli/shop.yaml')))
      const {stderr} = await run(`kubectl pod-doctor ${line}`, {server: server.url, cwd, env: {
        NODE_OPTIONS: `--require ${join(root, 'test/support/loaded.cjs')}`, LOADED: join(cwd, 'loaded'),
      }})
      server.close()
      assert.doesNotMatch(stderr, /internal error/)
      const loaded = namesOf(readFileSync(join(cwd, 'loaded'), 'utf8').split('\n'))
      assert.deepEqual(HEAVY.filter(name => loaded.has(name)), allowed)
    })
  }
})

/** Packages instead of bundles. */
function namesOf(loaded: string[]): Set<string> {
  const {outputs} = JSON.parse(readFileSync(join(root, 'dist/meta.json'), 'utf8')) as {outputs: Record<string, {inputs: Record<string, unknown>}>}
  return new Set(loaded.flatMap(name => {
    const inputs = Object.entries(outputs).find(([file]) => file.endsWith(`/${name}`))?.[1].inputs
    return inputs ? Object.keys(inputs).flatMap(packagesOf) : [name]
  }))
}

const packagesOf = (file: string): string[] =>
  file.includes('src/cli/help.ts') ? ['oclif-help'] : [...file.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].map(([, name]) => name!).slice(-1)
