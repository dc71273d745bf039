import http from 'node:http'
import https from 'node:https'
import {ClusterError} from './errors.js'
import type {Environment} from './kubeconfig.js'
import {resolveLogin, withoutLogin, type KubeFlags, type Login} from './login.js'
import {proxyFromEnvironment} from './proxy.js'
import {firstWords, refusal, unreachable} from './refusal.js'
import {parseRequestTimeout} from './request-timeout.js'
import {IN_FLIGHT, textOf, Transport, type Answer} from './transport.js'

export type {KubeFlags} from './login.js'

export interface GetOptions {
  /** Media type to ask for; JSON when left out. */
  accept?: string
}

/** A connection to one API server, as one person. It only reads. */
export interface Client {
  /** The namespace of this run: `-n`, else the context's, else `default`. */
  readonly namespace: string
  /** Name of the kubeconfig's context; none inside a cluster. */
  readonly context?: string
  /** The flags to repeat in printed commands, one word each: `--context=prod`. Never a token or a password. */
  readonly connection: string[]
  /** GETs a path of the API and returns the JSON as the server sent it. Throws a ClusterError in kubectl's words. */
  get(path: string, options?: GetOptions): Promise<unknown>
  /** GETs a path and hands its body to `use` while it arrives; what `use` leaves unread is never fetched. */
  stream<T>(path: string, use: (body: AsyncIterable<Buffer>) => Promise<T>): Promise<T>
}

export interface ConnectOptions {
  env?: Environment
  signal?: AbortSignal
  /** For the User-Agent. */
  version?: string
}

/**
 * Finds the cluster and the credentials as kubectl does, and speaks plain JSON with it. Nothing is sent yet. Credential
 * plugins, OIDC and proxies are the client library's; they are loaded where a kubeconfig asks for them.
 */
export async function connect(flags: KubeFlags, {env = process.env, signal, version = 'dev'}: ConnectOptions = {}): Promise<Client> {
  const timeoutMs = parseRequestTimeout(flags['request-timeout'])
  const login = await resolveLogin(flags, env)
  const {server} = login
  let session: Promise<Session> | undefined
  const open = () => session ??= openSession(login, env, `kubectl-podkit/${version}`, {compression: login.compression, timeoutMs, signal})

  const send = async <T>(path: string, accept: string, use: (answer: Answer) => Promise<T>): Promise<T> => {
    const used = open()
    const {transport, plugin} = await used
    try {
      return await transport.get(path, {accept}, answer => checked(answer, path, use))
    } catch (error) {
      // A plugin's credential may have run out while we were at it: kubectl asks the plugin once more.
      if (!plugin || !(error instanceof ClusterError) || error.status !== 401) throw error
      if (session === used) session = undefined
      return (await open()).transport.get(path, {accept}, answer => checked(answer, path, use))
    }
  }
  return {
    namespace: login.namespace,
    ...(login.context !== undefined && {context: login.context}),
    connection: connectionWords(flags),
    get: (path, {accept = 'application/json'} = {}) => send(path, accept, async ({headers, body}) => {
      const text = await textOf(body)
      try {
        return JSON.parse(text) as unknown
      } catch {
        throw notJson(server, headers['content-type'] ?? '', text)
      }
    }),
    stream: (path, use) => send(path, '*/*', ({body}) => use(body)),
  }
}

async function checked<T>(answer: Answer, path: string, use: (answer: Answer) => Promise<T>): Promise<T> {
  if (answer.status >= 200 && answer.status < 300) return use(answer)
  throw refusal(answer.status, await textOf(answer.body), path, answer.headers.location)
}

function notJson(server: URL, contentType: string, text: string): ClusterError {
  if (/json/.test(contentType)) return new ClusterError(`error: the answer of ${server.host} breaks off or is no JSON: unexpected end of JSON input`, 200, 'the answer is no JSON')
  const words = firstWords(text)
  return new ClusterError(`error: ${server.host} does not answer like a Kubernetes API server: ${contentType.split(';')[0] || 'no content type'}${words && `, "${words.slice(0, 60)}"`}`, 200, 'the answer is no JSON')
}

interface Session {transport: Transport, plugin: boolean}

async function openSession(login: Login, env: Environment, userAgent: string, options: {compression: boolean, timeoutMs: number, signal: AbortSignal | undefined}): Promise<Session> {
  const {server, tls, headers, exec, oidc, userName, cluster} = login
  const credentials: {authorization?: string, cert?: string, key?: string} = exec ? await (await import('./exec-plugin.js')).execCredentials(exec, userName, cluster, env)
    : oidc ? await oidcCredentials(oidc, userName) : {}
  const {authorization, ...material} = credentials
  const agent = await agentFor(server, {...tls, ...material}, cluster['proxy-url'] || proxyFromEnvironment(server, env))
  const all = {'user-agent': userAgent, ...headers, ...(authorization !== undefined && {authorization})}
  return {plugin: exec !== undefined, transport: new Transport({server, agent, headers: async () => all, ...options})}
}

async function oidcCredentials(config: Record<string, string>, userName: string): Promise<{authorization?: string}> {
  const {OpenIDConnectAuth} = await import('@kubernetes/client-node/dist/oidc_auth.js')
  const options: {headers: Record<string, string>} = {headers: {}}
  try {
    await new OpenIDConnectAuth().applyAuthentication({name: userName, authProvider: {name: 'oidc', config}} as never, options)
  } catch (error) {
    throw new ClusterError(`Unable to connect to the server: failed to refresh token: ${firstWords((error as Error).message)}`)
  }
  const authorization = options.headers['Authorization']
  if (authorization === undefined) throw new ClusterError('Unable to connect to the server: No valid id-token, and cannot refresh without refresh-token')
  return {authorization}
}

async function agentFor(server: URL, tls: https.AgentOptions, proxy: string | undefined): Promise<http.Agent> {
  const options = {keepAlive: true, maxSockets: IN_FLIGHT, ...tls}
  try {
    if (proxy === undefined) return server.protocol === 'http:' ? new http.Agent(options) : new https.Agent(options)
    if (proxy.startsWith('socks')) return new (await import('socks-proxy-agent')).SocksProxyAgent(proxy, options)
    const {HttpProxyAgent, HttpsProxyAgent} = (await import('hpagent')).default
    return server.protocol === 'http:' ? new HttpProxyAgent({...options, proxy}) : new HttpsProxyAgent({...options, proxy})
  } catch (error) {
    throw proxy !== undefined && !URL.canParse(proxy) ? new ClusterError(`error: parse "${withoutLogin(proxy)}": invalid proxy URL`) : unreachable(error as NodeJS.ErrnoException, server)
  }
}

/** Flags that choose the cluster and the person, in the order of kubectl's documentation. */
const REPEATED = [
  'context', 'cluster', 'user', 'kubeconfig', 'server', 'as', 'as-uid', 'certificate-authority', 'client-certificate', 'client-key', 'tls-server-name',
] as const

/** The flags of this run that a printed command needs, too. A server's address goes without the login it may hold; tokens and passwords never go. */
export function connectionWords(flags: KubeFlags): string[] {
  return [
    ...REPEATED.flatMap(name => flags[name] ? [`--${name}=${name === 'server' ? withoutLogin(flags[name]) : flags[name]}`] : []),
    ...(['as-group', 'as-user-extra'] as const).flatMap(name => (flags[name] ?? []).map(value => `--${name}=${value}`)),
    ...(flags['insecure-skip-tls-verify'] ? ['--insecure-skip-tls-verify=true'] : []),
  ]
}
