import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {join} from 'node:path'
import {serve, type ApiServer} from './support/api-server.js'
import {run, start, type Surroundings} from './support/cli.js'
import {readSnapshot} from './support/snapshot.js'

const shop = readSnapshot(join(import.meta.dirname, 'cli/shop.yaml'))

/** `script` of util-linux gives a program a terminal, whose output is then our stdout; it has no size at first. */
const terminal = (words: string, columns = 100) => `script -qec 'stty cols ${columns}; "$NODE" "$BIN/kubectl-pod_doctor.cjs" ${words}' /dev/null`

const onTerminal = (words: string, {env, ...surroundings}: Surroundings) =>
  run(terminal(words), {...surroundings, clock: shop.takenAt, env: {TERM: 'xterm', ...env}})

describe('on a terminal', () => {
  let server: ApiServer
  let delayMs = 0
  before(async () => { server = await serve(shop, () => ({delayMs})) })
  beforeEach(() => { delayMs = 0 })
  after(() => server.close())

  it('prints in colour, unless asked not to', async () => {
    const bold = '\u001B[1m'
    const surroundings = {server: server.url}
    assert.ok((await onTerminal('mysql-0', surroundings)).stdout.includes(bold))
    assert.ok(!(await onTerminal('mysql-0 --no-color', surroundings)).stdout.includes(bold))
    assert.ok(!(await onTerminal('mysql-0', {...surroundings, env: {NO_COLOR: '1'}})).stdout.includes(bold))
    assert.ok(!(await onTerminal('mysql-0', {...surroundings, env: {TERM: 'dumb'}})).stdout.includes(bold))
    assert.ok(!(await run('kubectl pod-doctor mysql-0', surroundings)).stdout.includes(bold))
  })

  it('shows that it waits, when that takes long', async () => {
    assert.ok(!(await onTerminal('web-0', {server: server.url})).stdout.includes('Examining'))
    delayMs = 400
    assert.ok((await onTerminal('web-0', {server: server.url})).stdout.includes('Examining'))
    assert.ok(!(await onTerminal('web-0', {server: server.url, env: {CI: 'true'}})).stdout.includes('Examining'))
    assert.ok(!(await run('kubectl pod-doctor web-0', {server: server.url})).stderr.includes('Examining'))
    assert.equal((await run(terminal('web-0', 0), {server: server.url, env: {TERM: 'xterm'}})).code, 0)
  })

  const interrupted = async (line: string, surroundings: Surroundings, ready: () => Promise<unknown>): Promise<string> => {
    const child = start(line, surroundings)
    let output = ''
    child.stdout.on('data', chunk => { output += chunk })
    child.stderr.on('data', chunk => { output += chunk })
    const closed = new Promise(resolve => { child.on('close', (code, signal) => resolve(signal ?? code)) })
    await ready()
    process.kill(-child.pid!, 'SIGINT')
    const late = sleep(3000, 'still there', {ref: false})
    assert.equal(await Promise.race([closed, late]), 'SIGINT')
    return output
  }

  it('Ctrl-C ends it while the server is silent', async () => {
    delayMs = 5000
    const before = server.requests.length
    await interrupted('kubectl pod-doctor web-0', {server: server.url}, async () => {
      while (server.requests.length === before) await sleep(20)
    })
  })

  it('Ctrl-C ends it while it reads from a pipe', async () => {
    await interrupted('kubectl pod-doctor --from -', {}, () => sleep(500))
  })

  it('Ctrl-C ends it while it shows that it waits, and brings the cursor back', async () => {
    delayMs = 5000
    const child = start(terminal('web-0'), {server: server.url, env: {TERM: 'xterm'}})
    let output = ''
    child.stdout.on('data', chunk => { output += chunk })
    const code = new Promise(resolve => { child.on('close', resolve) })
    while (!output.includes('Examining')) await sleep(20)
    child.stdin.write('\u0003')
    assert.equal(await code, 130)
    assert.ok(output.lastIndexOf('\u001B[?25h') > output.lastIndexOf('\u001B[?25l'), JSON.stringify(output))
  })
})
