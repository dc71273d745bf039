import {cpSync, existsSync, mkdirSync, readFileSync, symlinkSync} from 'node:fs'
import {delimiter, join, resolve} from 'node:path'
import type {Api} from './api.js'
import {run, type Output, type RunOptions} from './processes.js'
import {systemPath} from './requirements.js'

/** The repository that the plugins are taken from. */
export const repository = resolve(import.meta.dirname, '../..')

/** A Kubernetes to run commands against: a lab of ours, or somebody's cluster. */
export interface Cluster {
  kubeconfig: string
  /** An empty HOME, so that no setting of this machine's user has a say. */
  home: string
  api: Api
  /** The object at a path of the API; `undefined` when there is none. */
  get<T = unknown>(path: string): Promise<T | undefined>
  kubectl(args: string[], options?: RunOptions & {namespace?: string}): Promise<Output>
  /** Runs a command where the API can be reached, with KUBECONFIG set and our plugins on PATH. A string is run by `sh -c`. */
  exec(command: string[] | string, options?: RunOptions): Promise<Output>
}

interface Access {
  kubeconfig: string
  home: string
  api: Api
  /** The folder that {@link installPlugins} has filled. */
  bin: string
  /** Words before a command. */
  enter?: string[]
}

export function clusterOf({kubeconfig, home, api, bin, enter = []}: Access): Cluster {
  const exec: Cluster['exec'] = (command, {env, ...options} = {}) => {
    const words = typeof command === 'string' ? ['sh', '-c', command] : command
    return run([...enter, ...words], {...options, env: {...environment(kubeconfig, bin, home), HOME: home, ...env}})
  }
  return {
    kubeconfig, home, api, exec,
    get: path => api.get(path),
    kubectl: (args, {namespace, ...options} = {}) => exec(['kubectl', ...(namespace === undefined ? [] : ['-n', namespace]), ...args], options),
  }
}

/** The environment of a command: ours, without what would lead it elsewhere. There is no proxy that a lab could reach. */
export function environment(kubeconfig: string, bin: string, home: string): NodeJS.ProcessEnv {
  const ours = Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name) && !['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'KUBERNETES_SERVICE_HOST'].includes(name))
  // What kubectl has cached about another cluster at the same address would be wrong here.
  return {...Object.fromEntries(ours), KUBECONFIG: kubeconfig, KUBECACHEDIR: join(home, '.kube/cache'), KUBERC: 'off', PATH: [bin, systemPath].join(delimiter).split(delimiter).filter(folder => existsSync(folder)).join(delimiter)}
}

/**
 * Fills a folder with this repository's plugins as they are installed, under the names that kubectl looks for, and with `kubectl`
 * where it is given. They are a copy: a build while tests run cannot take a plugin away under them. With `live` they are the
 * repository's own, so that a person sees what was built last.
 */
export function installPlugins(folder: string, {kubectl, live = false}: {kubectl?: string, live?: boolean} = {}): void {
  const {bin = {}} = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {bin?: Record<string, string>}
  const root = live ? repository : join(folder, 'package')
  mkdirSync(live ? folder : root, {recursive: true})
  if (!live) for (const file of ['package.json', 'bin', 'dist']) if (existsSync(join(repository, file))) cpSync(join(repository, file), join(root, file), {recursive: true})
  for (const [name, file] of Object.entries(bin)) symlinkSync(join(root, file), join(folder, name))
  if (kubectl) symlinkSync(kubectl, join(folder, 'kubectl'))
}
