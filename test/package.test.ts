import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {promisify} from 'node:util'
import {newFolder} from './support/folder.js'

const root = join(import.meta.dirname, '..')
const execute = promisify(execFile)

/** What `npm publish` would send, installed as a person installs it, with nothing to be fetched. */
describe('the package', function () {
  this.timeout(60_000)
  const prefix = newFolder()
  const env = {PATH: `${join(prefix, 'bin')}:${process.env['PATH']}`, HOME: prefix, KUBECONFIG: join(prefix, 'none')}
  const npm = (...words: string[]) => execute('npm', words, {cwd: root, env: {...env, npm_config_cache: join(prefix, 'cache')}})
  let files: string[]

  before(async () => {
    const {stdout} = await npm('pack', '--ignore-scripts', '--json', '--pack-destination', prefix)
    const [packed] = JSON.parse(stdout) as [{filename: string, files: {path: string}[]}]
    files = packed.files.map(({path}) => path)
    await npm('install', '--global', '--offline', '--prefix', prefix, join(prefix, packed.filename))
  })

  it('holds programs, bundles and licences, and no source', () => {
    for (const file of files) assert.match(file, /^(bin\/kubectl-\w+\.cjs|dist\/[\w-]+\.cjs|dist\/LICENSES\.txt|LICENSE|README\.md|package\.json)$/)
    assert.ok(files.includes('LICENSE') && files.includes('dist/LICENSES.txt'))
  })

  it('depends on nothing', () => {
    const {dependencies, peerDependencies, optionalDependencies} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, object>
    assert.deepEqual([dependencies, peerDependencies, optionalDependencies], [undefined, undefined, undefined])
    assert.ok(!existsSync(join(prefix, 'lib/node_modules/kubectl-podkit/node_modules')))
  })

  it('is found by kubectl', async () => {
    const {stdout} = await execute('kubectl', ['plugin', 'list'], {env})
    assert.ok(stdout.split('\n').includes(join(prefix, 'bin/kubectl-pod_doctor')), stdout)
  })

  it('runs through kubectl, and calls itself by kubectl\'s name', async () => {
    const {stdout} = await execute('kubectl', ['pod-doctor', '--help'], {env})
    assert.match(stdout, /^Usage:\n {2}kubectl pod-doctor \[POD/m)
    assert.doesNotMatch(stdout, /pod_doctor/)
  })

  it('diagnoses the demonstration', async () => {
    const ended = await execute('kubectl', ['pod-doctor', '--from', join(root, 'demo/shop.snapshot.yaml')], {env}).catch((error: unknown) => error) as {code: number, stdout: string, stderr: string}
    assert.deepEqual([ended.code, ended.stderr], [1, ''])
    assert.match(ended.stdout, /^ROOT CAUSE/m)
  })
})
