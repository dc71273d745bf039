import {randomBytes} from 'node:crypto'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {spawn} from 'node:child_process'
import {Api} from './api.js'
import {clusterOf, environment, installPlugins, type Cluster} from './cluster.js'
import {startLab} from './lab.js'
import {until} from './processes.js'

export interface SharedCluster extends Cluster {
  /** Empty on a cluster that is not ours: its webhooks cannot be told from here. */
  authorityBase64: string
  isLab: boolean
  down(): Promise<void>
}

let shared: Promise<SharedCluster> | undefined

/** The cluster that the suites share: the one of TEST_KUBECONFIG, or a lab, which the first suite starts. */
export const sharedCluster = (say?: (line: string) => void): Promise<SharedCluster> => shared ??= process.env['TEST_KUBECONFIG']
  ? foreignCluster(resolve(process.env['TEST_KUBECONFIG']))
  : startLab(say ? {say} : {}).then(lab => ({...lab, isLab: true}))

/** Takes down the lab that the suites have shared. */
export async function endSharedCluster(): Promise<void> {
  await (await shared)?.down()
  shared = undefined
}

/** Somebody's cluster, reached with the `kubectl` that is on PATH. */
async function foreignCluster(kubeconfig: string): Promise<SharedCluster> {
  const home = mkdtempSync(join(tmpdir(), 'podkit-'))
  const bin = join(home, 'bin')
  const socket = join(home, `${randomBytes(4).toString('hex')}.sock`)
  installPlugins(bin)
  const env = {...environment(kubeconfig, bin, home), HOME: home}
  const proxy = spawn('kubectl', ['proxy', '--disable-filter', `--unix-socket=${socket}`], {env, stdio: 'ignore'})
  const api = new Api(socket)
  await until('the cluster of TEST_KUBECONFIG to answer', 20, async () => (await api.send('GET', '/version').catch(() => undefined))?.status === 200)
  const down = async () => {
    proxy.kill()
    rmSync(home, {recursive: true, force: true})
  }
  return {...clusterOf({kubeconfig, home, bin, api}), authorityBase64: '', isLab: false, down}
}
