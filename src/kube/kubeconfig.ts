import {readFileSync, statSync} from 'node:fs'
import {homedir} from 'node:os'
import {delimiter, dirname, isAbsolute, join, resolve} from 'node:path'
import {ClusterError} from './errors.js'
import {parseYaml, YamlError} from './yaml.js'

/**
 * A kubeconfig as it is written. The client library reads one, too; this one is read here because the library takes a
 * missing file in KUBECONFIG for an error, does not merge files as kubectl does (first come, first served), and knows
 * neither `tokenFile`, `as-groups` nor `disable-compression`.
 */
export interface Kubeconfig {
  currentContext: string
  contexts: Map<string, ContextEntry>
  clusters: Map<string, ClusterEntry>
  users: Map<string, UserEntry>
}

export interface ContextEntry {cluster?: string, user?: string, namespace?: string}

export interface ClusterEntry {
  'server'?: string
  'certificate-authority'?: string
  'certificate-authority-data'?: string
  'insecure-skip-tls-verify'?: boolean
  'tls-server-name'?: string
  'proxy-url'?: string
  'disable-compression'?: boolean
  'extensions'?: {name?: string, extension?: unknown}[]
}

export interface ExecConfig {
  apiVersion?: string
  command?: string
  args?: string[] | null
  env?: {name: string, value: string}[] | null
  installHint?: string
  interactiveMode?: 'Never' | 'IfAvailable' | 'Always'
  provideClusterInfo?: boolean
}

export interface UserEntry {
  'client-certificate'?: string
  'client-certificate-data'?: string
  'client-key'?: string
  'client-key-data'?: string
  'token'?: string
  'tokenFile'?: string
  'as'?: string
  'as-uid'?: string
  'as-groups'?: string[]
  'as-user-extra'?: Record<string, string[]>
  'username'?: string
  'password'?: string
  'auth-provider'?: {name?: string, config?: Record<string, string>}
  'exec'?: ExecConfig
}

export type Environment = Record<string, string | undefined>

const FILES = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'] as const

/**
 * Reads what kubectl would read: the file that was named, else the files of KUBECONFIG (missing ones are skipped), else
 * `~/.kube/config`. Without any of them the result is empty.
 */
export async function readKubeconfig(named: string | undefined, env: Environment): Promise<Kubeconfig> {
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter(file => file !== '')
  const files = named !== undefined ? [named] : listed.length > 0 ? [...new Set(listed)] : [join(env['HOME'] || homedir(), '.kube', 'config')]
  const config: Kubeconfig = {currentContext: '', contexts: new Map(), clusters: new Map(), users: new Map()}
  for (const file of files) {
    const text = contentOf(file, named !== undefined)
    if (text !== undefined) merge(config, await parse(text, file), file)
  }
  return config
}

function contentOf(file: string, required: boolean): string | undefined {
  try {
    if (required) statSync(file)
  } catch {
    throw new ClusterError(`error: stat ${file}: no such file or directory`)
  }
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw loadError(file, code === 'EISDIR' ? `read ${file}: is a directory` : reasonOf(error, file))
  }
}

async function parse(text: string, file: string): Promise<Record<string, unknown>> {
  if (text.trim() === '') return {}
  let value: unknown
  try {
    [value = null] = await parseYaml(text)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw loadError(file, error.message)
  }
  if (value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw loadError(file, `couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value`)
  }
  const {apiVersion = 'v1', kind = 'Config'} = value as {apiVersion?: string, kind?: string}
  if (kind !== 'Config') throw loadError(file, `no kind "${kind}" is registered for version "${apiVersion}"`)
  return value as Record<string, unknown>
}

function merge(config: Kubeconfig, raw: Record<string, unknown>, file: string): void {
  const folder = dirname(resolve(file))
  config.currentContext ||= typeof raw['current-context'] === 'string' ? raw['current-context'] : ''
  const add = <T extends object>(into: Map<string, T>, list: unknown, field: string) => {
    for (const entry of Array.isArray(list) ? list as Record<string, unknown>[] : []) {
      const name = entry?.['name']
      if (typeof name !== 'string' || into.has(name)) continue
      into.set(name, absolute((entry[field] ?? {}) as T, folder))
    }
  }
  add(config.contexts, raw['contexts'], 'context')
  add(config.clusters, raw['clusters'], 'cluster')
  add(config.users, raw['users'], 'user')
}

/** Paths in a kubeconfig are meant from its own folder, a command only where it has a slash. */
function absolute<T extends object>(entry: T, folder: string): T {
  const result = {...entry} as T & Record<string, unknown>
  for (const field of FILES) {
    const path = result[field] as unknown
    if (typeof path === 'string' && path !== '' && !isAbsolute(path)) Object.assign(result, {[field]: join(folder, path)})
  }
  const exec = (result as {exec?: ExecConfig}).exec
  if (exec?.command?.includes('/') && !isAbsolute(exec.command)) Object.assign(result, {exec: {...exec, command: join(folder, exec.command)}})
  return result
}

const loadError = (file: string, reason: string) => new ClusterError(`error: error loading config file "${file}": ${reason}`)

const REASONS: Record<string, string> = {
  ENOENT: 'no such file or directory', ENOTDIR: 'not a directory', EACCES: 'permission denied', EISDIR: 'is a directory', EMFILE: 'too many open files',
}

/** `open /nope: no such file or directory`: a failed read in the words of Go's `os` package, which kubectl passes on. */
export const reasonOf = (error: unknown, file: string): string => {
  const {code = '', message} = error as NodeJS.ErrnoException
  return `open ${file}: ${REASONS[code] ?? message}`
}
