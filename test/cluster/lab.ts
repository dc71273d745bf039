import {randomBytes} from 'node:crypto'
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {Api} from './api.js'
import {programs} from './build.js'
import {makeCertificates, type Certificates} from './certificates.js'
import {makeCgroups} from './cgroups.js'
import {clusterOf, installPlugins, type Cluster} from './cluster.js'
import {apiServer, controllerManager, etcd, kubelet, scheduler, writeKubeconfigs, type User} from './control-plane.js'
import {preloaded} from './images.js'
import {configure, mounts} from './machine.js'
import {Namespace} from './namespace.js'
import {API_SERVICE, corefile, dnsService, interfaces, NODE, REGISTRIES} from './network.js'
import {addNode, removeNodes, type NodeSpec} from './nodes.js'
import {run, until} from './processes.js'
import {requireHost} from './requirements.js'
import {claim, dismantle, record, sweep} from './state.js'

export interface LabOptions {
  /** Small letters, digits and dashes. */
  name?: string
  /** Told what takes long. */
  say?: (line: string) => void
  /** Use the repository's plugins as they are at any moment, not a copy of them. */
  live?: boolean
  /** Further flags of kube-controller-manager. */
  controllerManager?: string[]
}

/** A Kubernetes of one node on this machine, in namespaces of its own that have no way out. */
export interface Lab extends Cluster {
  name: string
  /** Everything of the lab that is a file: logs, certificates, the node's /run, /var/lib, /var/log. */
  folder: string
  /** The folder that PATH begins with inside. */
  bin: string
  /** Words to put before a command so that it runs in the lab's network. */
  enter: string[]
  /** The authority that signed the webhook's certificate, for `caBundle`. */
  authorityBase64: string
  kubeconfigOf(user: User): string
  /** Adds a node without a kubelet. */
  addNode(node: NodeSpec): Promise<void>
  removeNodes(names: string[]): Promise<void>
  down(): Promise<void>
}

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const running = new Set<Lab>()
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Starts a lab, in about eight seconds when the programs are built. Takes down dead labs of its kind first. */
export async function startLab({name = `lab-${randomBytes(3).toString('hex')}`, say = () => undefined, ...options}: LabOptions = {}): Promise<Lab> {
  requireHost()
  const binaries = await programs(say)
  for (const dead of await sweep()) say(`cleaned up after lab ${dead}, whose owner is gone`)
  const folder = claim(name)
  for (const sub of ['logs', 'home', 'pki']) mkdirSync(join(folder, sub))
  const namespace = await Namespace.create(join(folder, 'logs/namespace.log')).catch(async error => {
    await dismantle(name, folder, [])
    throw error
  })
  record(folder, namespace.processes)
  let isDown = false
  const down = async () => {
    if (isDown) return
    isDown = true
    running.delete(lab)
    if (running.size === 0) for (const signal of SIGNALS) process.off(signal, onSignal)
    await namespace.end()
    await dismantle(name, folder, namespace.processes)
  }
  const bin = join(folder, 'bin')
  const access = {kubeconfig: join(folder, 'kubeconfig'), home: join(folder, 'home'), bin, api: new Api(join(folder, 'api.sock')), enter: namespace.enter}
  const lab: Lab = {
    ...clusterOf(access), name, folder, bin, enter: namespace.enter, authorityBase64: '', down,
    kubeconfigOf: user => join(folder, user === 'admin' ? 'kubeconfig' : `${user}.kubeconfig`),
    addNode: node => addNode(access.api, node),
    removeNodes: names => removeNodes(access.api, names),
  }
  if (running.size === 0) for (const signal of SIGNALS) process.on(signal, onSignal)
  running.add(lab)
  try {
    lab.authorityBase64 = (await boot(lab, namespace, binaries, options)).authorityBase64
  } catch (error) {
    const logs = lastLines(folder)
    await down()
    throw new Error(`the lab did not come up: ${(error as Error).message}\n${logs}`)
  }
  return lab
}

/** Ends with the signal it was given, as one would without a handler, when all is taken down. */
function onSignal(signal: NodeJS.Signals): void {
  void Promise.allSettled([...running].map(lab => lab.down())).then(() => {
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

async function boot({name, folder, bin, api}: Lab, namespace: Namespace, binaries: string, {live = false, controllerManager: more}: LabOptions): Promise<Certificates> {
  const start = (program: string, words: string[]) => namespace.start(program, words, join(folder, 'logs', `${program}.log`))
  const program = (word: string) => join(binaries, word)
  installPlugins(bin, {kubectl: program('kubectl'), live})
  makeCgroups(name)
  const certificates = await makeCertificates(join(folder, 'pki'),
    [...REGISTRIES, 'localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'], ['127.0.0.1', NODE, API_SERVICE])
  configure(name, folder, certificates)
  const {admin} = writeKubeconfigs(folder, certificates)
  await namespace.run(`${mounts(folder)}\n${interfaces}`)
  await start('etcd', etcd(folder))
  await start('kube-apiserver', apiServer(binaries, folder, certificates))
  await start('containerd', ['containerd'])
  await start('kubectl-proxy', [program('kubectl'), '--kubeconfig', admin, 'proxy', '--disable-filter', `--unix-socket=${join(folder, 'api.sock')}`])
  await start('registry', [process.execPath, '--import', tsx, join(import.meta.dirname, 'registry.ts'), NODE, certificates.certificate, certificates.key])
  writeFileSync(join(folder, 'Corefile'), corefile(admin))
  await Promise.all([
    importImages(folder),
    until('the API server to be ready', 60, async () => (await api.send('GET', '/readyz').catch(() => undefined))?.status === 200),
  ])
  await start('kube-controller-manager', controllerManager(binaries, admin, certificates, more))
  await start('kube-scheduler', scheduler(binaries, admin))
  await start('kubelet', kubelet(binaries, admin))
  await start('kube-proxy', [program('kube-proxy'), '--config=/etc/kubernetes/kube-proxy.yaml'])
  await start('coredns', [program('coredns'), '-conf', join(folder, 'Corefile')])
  await api.change('POST', '/api/v1/namespaces/kube-system/services', dnsService[0])
  await api.change('POST', '/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices', dnsService[1])
  await until('the ServiceAccount "default"', 30, () => api.get('/api/v1/namespaces/default/serviceaccounts/default'))
  // Ready is not enough: the taint of a node that is not goes a moment later.
  await until('the node to take pods', 60, async () => {
    const node = await api.get<{spec: {taints?: unknown[]}, status: {conditions?: {type: string, status: string}[]}}>('/api/v1/nodes/node-1')
    return node?.spec.taints === undefined && node?.status.conditions?.some(({type, status}) => type === 'Ready' && status === 'True')
  })
  for (const [address, port] of [[NODE, 443], [NODE, 53], ['127.0.0.1', 9443], ['127.0.0.1', 10256]] as const) {
    await until(`a server on ${address}:${port}`, 20, async () => (await run([...namespace.enter, 'bash', '-c', `: < /dev/tcp/${address}/${port}`], {allowFailure: true})).code === 0)
  }
  return certificates
}

async function importImages(folder: string): Promise<void> {
  const socket = join(folder, 'run/containerd/containerd.sock')
  await until('containerd to listen', 30, () => existsSync(socket))
  await run(['ctr', '-a', socket, '-n', 'k8s.io', 'images', 'import', '-'], {input: preloaded()})
}

function lastLines(folder: string): string {
  const logs = join(folder, 'logs')
  return readdirSync(logs).map(file => `--- ${file}\n${readFileSync(join(logs, file), 'utf8').split('\n').slice(-6).join('\n')}`).join('\n')
}

