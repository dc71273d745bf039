import {spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync} from 'node:fs'
import {availableParallelism, homedir, totalmem} from 'node:os'
import {join} from 'node:path'
import {run} from './processes.js'
import {isProgram, Unfit} from './requirements.js'

export const KUBERNETES = 'v1.34.4'
const TOOLS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'kubectl']
const SOURCES = ['go.mod', 'go.sum', 'coredns/go.mod', 'coredns/go.sum', 'coredns/main.go']
/** Linking the API server takes about 2 GB; so many at a time stay below 24 GB. */
const GIGABYTES_EACH = 3

/** Where programs and labs live: XDG_CACHE_HOME, or ~/.cache. */
export const cacheHome = (): string => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'podkit-cluster')

/**
 * The folder with the programs of Kubernetes and CoreDNS, built when they are not there: about six minutes on two cores,
 * then cached under a hash of what they are built from. The folder gets its name when it is whole, so a build that
 * was interrupted is never taken for one that was not.
 */
export async function programs(say: (line: string) => void = () => undefined): Promise<string> {
  const hash = createHash('sha256').update(KUBERNETES).update(process.arch)
  for (const file of SOURCES) hash.update(readFileSync(join(import.meta.dirname, file)))
  const folder = join(cacheHome(), `bin-${hash.digest('hex').slice(0, 12)}`)
  const isThere = () => statSync(folder, {throwIfNoEntry: false}) !== undefined
  if (isThere()) return folder
  mkdirSync(cacheHome(), {recursive: true})
  const unlock = await lock(`${folder}.lock`, say)
  try {
    if (!isThere()) await build(folder, say)
  } finally {
    unlock()
  }
  return folder
}

async function build(folder: string, say: (line: string) => void): Promise<void> {
  if (!isProgram('go')) throw new Unfit('the lab builds Kubernetes from Go modules and needs Go 1.24 or newer on PATH')
  const began = Date.now()
  // A name of its own: the compiler of a run that was killed may still be writing.
  const unfinished = `${folder}.unfinished-${process.pid}`
  for (const name of readdirSync(cacheHome())) if (name.includes('.unfinished')) rmSync(join(cacheHome(), name), {recursive: true, force: true})
  mkdirSync(unfinished)
  const memory = Math.min(24, (process.constrainedMemory() || totalmem()) / 2 ** 30, totalmem() / 2 ** 30)
  const jobs = Math.max(1, Math.min(availableParallelism(), Math.floor(memory / GIGABYTES_EACH)))
  say(`building Kubernetes ${KUBERNETES} and CoreDNS, ${jobs} jobs at a time; this is done once and takes some minutes`)
  const [, minor] = KUBERNETES.split('.')
  const version = Object.entries({gitVersion: KUBERNETES, gitMajor: '1', gitMinor: minor}).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`).join(' ')
  const go = (cwd: string, output: string, flags: string, packages: string[]) => run(
    ['go', 'build', '-trimpath', '-buildvcs=false', `-p=${jobs}`, '-o', join(unfinished, output), '-ldflags', `-s -w ${flags}`, ...packages],
    {cwd: join(import.meta.dirname, cwd), env: {...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly'}})
  await go('.', '/', version, TOOLS.map(tool => `k8s.io/kubernetes/cmd/${tool}`))
  await go('coredns', 'coredns', '', ['.'])
  renameSync(unfinished, folder)
  say(`built in ${Math.round((Date.now() - began) / 1000)} s`)
}

/**
 * Waits for the lock and returns what gives it back. flock(1) holds it as long as its standard input is open, which ends
 * with us, however we end: a lock can never be stale.
 */
async function lock(file: string, say: (line: string) => void): Promise<() => void> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; cat'], {stdio: ['pipe', 'pipe', 'inherit'], detached: true})
  const waiting = setTimeout(() => say('another run is building the programs: waiting for it'), 500)
  await new Promise((resolve, reject) => {
    holder.once('error', reject)
    holder.stdout.once('data', resolve)
  }).finally(() => clearTimeout(waiting))
  return () => void holder.stdin.end()
}
