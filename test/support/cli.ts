import {spawn} from 'node:child_process'
import {mkdtempSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {newFolder} from './folder.js'

const root = join(import.meta.dirname, '..', '..')
/** A home of our own: what a person has in theirs must not decide a test. The programs' code cache is in it, too. */
const home = newFolder()

export interface Surroundings {
  /** URL of the API server that the kubeconfig leads to; without it nobody listens there. */
  server?: string
  /** The folder to be in. */
  cwd?: string
  stdin?: string
  /** The program's clock stands at this time. */
  clock?: string
  env?: Record<string, string>
  /** The Node to run the program with. */
  node?: string
}

export interface Outcome {
  stdout: string
  stderr: string
  /** As a shell tells it: 128 and the signal's number for a program that a signal has ended. */
  code: number
}

/**
 * Runs a line as a person types it, in bash; `kubectl X` starts our plugin X as kubectl would, without the time that kubectl
 * takes. Nothing of the environment reaches it but PATH.
 */
export async function run(line: string, surroundings: Surroundings = {}): Promise<Outcome> {
  const child = start(line, surroundings)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', chunk => { stdout += chunk })
  child.stderr.setEncoding('utf8').on('data', chunk => { stderr += chunk })
  child.stdin.on('error', () => {}).end(surroundings.stdin ?? '')
  const code = await new Promise<number>(resolve => { child.on('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143))) })
  return {stdout, stderr, code}
}

/** The same, still running: in a process group of its own, as a terminal's foreground job. */
export function start(line: string, {server = 'http://127.0.0.1:1', cwd = home, clock, env = {}, node = process.execPath}: Surroundings = {}) {
  const kubeconfig = join(mkdtempSync(join(home, 'kube-')), 'config')
  writeFileSync(kubeconfig, JSON.stringify({
    'apiVersion': 'v1', 'kind': 'Config', 'current-context': 'test',
    'clusters': [{name: 'test', cluster: {server}}],
    'users': [{name: 'test', user: {}}],
    'contexts': [{name: 'test', context: {cluster: 'test', user: 'test', namespace: 'shop'}}],
  }))
  const plugin = 'kubectl() { "$NODE" "$BIN/kubectl-${1//-/_}.cjs" "${@:2}"; }'
  return spawn('bash', ['-c', `${plugin}\n${line}`], {
    cwd, detached: true,
    env: {
      PATH: process.env['PATH'], HOME: home, KUBECONFIG: kubeconfig, LANG: 'C.UTF-8', NODE: node, BIN: join(root, 'bin'),
      ...(clock !== undefined && {FROZEN_CLOCK: clock, NODE_OPTIONS: `--require ${join(root, 'test/support/frozen-clock.cjs')}`}), ...env,
    },
  })
}

/** What a person sees: the line typed, what came out (stderr behind `! `), how it ended. */
export async function transcript(line: string, surroundings: Surroundings = {}): Promise<string> {
  const {stdout, stderr, code} = await run(line, surroundings)
  const text = `$ ${line}\n${stdout}${ended(stdout)}${stderr.replaceAll(/^/gm, '! ').replace(/! $/, '')}${ended(stderr)}exit ${code}\n`
  // The test server listens wherever there is room.
  return surroundings.server === undefined ? text : text.replaceAll(surroundings.server.replace('http://', ''), 'HOST')
}

const ended = (text: string) => text === '' || text.endsWith('\n') ? '' : '\n'
