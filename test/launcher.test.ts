import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {run} from './support/cli.js'
import {newFolder} from './support/folder.js'

const demo = join(import.meta.dirname, '..', 'demo/shop.snapshot.yaml')

describe('the launcher\'s code cache', () => {
  let home: string
  let expected: string
  const folder = () => join(home, 'kubectl-podkit', `${process.version}-${process.arch}`)
  const files = () => readdirSync(folder()).map(name => join(folder(), name))
  const replay = async () => {
    const {stdout, stderr, code} = await run(`kubectl pod-doctor --from ${demo}`, {env: {XDG_CACHE_HOME: home}})
    assert.deepEqual([stderr, code], ['', 1])
    return stdout
  }
  before(async () => {
    home = newFolder()
    expected = await replay()
  })
  beforeEach(() => { home = newFolder() })

  it('is written by the first run, for nobody else to read', async () => {
    await replay()
    assert.ok(files().some(file => file.endsWith('/pod-doctor.cjs')))
    assert.equal(statSync(folder()).mode & 0o777, 0o700)
    for (const file of files()) assert.equal(statSync(file).mode & 0o777, 0o600)
  })

  it('learns from the first runs, and then is left alone', async () => {
    for (let i = 0; i < 6; i++) await replay()
    const [first] = files().map(file => statSync(file).ino)
    await replay()
    assert.equal(files().map(file => statSync(file).ino)[0], first)
  })

  const damages: [string, (bytes: Buffer) => Buffer][] = [
    ['is empty', () => Buffer.alloc(0)],
    ['is cut off', bytes => bytes.subarray(0, bytes.length >> 1)],
    ['holds noise', bytes => Buffer.concat([bytes.subarray(0, 33), Buffer.alloc(bytes.length - 33, 'noise')])],
    ['is of other code', bytes => Buffer.concat([Buffer.from('0'.repeat(32)), bytes.subarray(32)])],
  ]
  for (const [what, damage] of damages) {
    it(`is done without when it ${what}, and made anew`, async () => {
      await replay()
      const before = files().map(file => readFileSync(file).length)
      for (const file of files()) writeFileSync(file, damage(readFileSync(file)))
      assert.equal(await replay(), expected)
      assert.ok(files().every((file, i) => readFileSync(file).length > before[i]! / 2))
    })
  }

  it('is not read when others may write it', async () => {
    await replay()
    const inodes = () => files().map(file => statSync(file).ino)
    for (const file of files()) chmodSync(file, 0o622)
    const before = inodes()
    await replay()
    assert.ok(inodes().every((inode, i) => inode !== before[i]), 'it is made anew, as if it were not there')
  })

  it('is not written into a folder that others may write', async () => {
    mkdirSync(folder(), {recursive: true})
    chmodSync(folder(), 0o777)
    assert.equal(await replay(), expected)
    assert.deepEqual(files(), [])
  })

  it('is done without where it cannot be written', async () => {
    writeFileSync(join(home, 'kubectl-podkit'), 'a file')
    assert.equal(await replay(), expected)
    const link = join(home, 'link')
    symlinkSync('/dev/full', link)
    home = link
    assert.equal(await replay(), expected)
  })

  it('forgets what an older version has left', async () => {
    mkdirSync(folder(), {recursive: true, mode: 0o700})
    writeFileSync(join(folder(), 'chunk-OLD.cjs'), 'old')
    await replay()
    assert.ok(!existsSync(join(folder(), 'chunk-OLD.cjs')))
  })
})

/** The package `node` brings other versions. It is fetched, which takes longer than all other tests: `npm run test:long`. */
describe('other versions of Node', () => {
  for (const version of ['20', '22', '24', '26']) {
    it(`${version}${process.env['LONG'] ? '' : ' (left out: npm run test:long fetches it)'}`, async function () {
      if (!process.env['LONG']) return this.skip()
      const prefix = newFolder()
      execFileSync('npm', ['install', '--prefix', prefix, '--no-save', `node@${version}`], {stdio: 'ignore'})
      const node = join(prefix, 'node_modules/node/bin/node')
      const lines = ['--help', 'rules', `--from ${demo}`, `--from - < ${demo}`, 'web-0', '--xyzzy', `--from ${demo} -o snapshot`]
      for (const line of [...lines, ...lines]) {
        assert.deepEqual(await run(`kubectl pod-doctor ${line}`, {node}), await run(`kubectl pod-doctor ${line}`), line)
      }
    })
  }
})
