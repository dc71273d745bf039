import {existsSync, readFileSync} from 'node:fs'
import {ClusterError} from './errors.js'
import {readKubeconfig, reasonOf, type ClusterEntry, type Environment, type ExecConfig, type UserEntry} from './kubeconfig.js'

/** kubectl's connection flags, by their names on the command line. */
export interface KubeFlags {
  'namespace'?: string | undefined
  'context'?: string | undefined
  'cluster'?: string | undefined
  'user'?: string | undefined
  'kubeconfig'?: string | undefined
  'server'?: string | undefined
  'token'?: string | undefined
  'username'?: string | undefined
  'password'?: string | undefined
  'as'?: string | undefined
  'as-group'?: string[] | undefined
  'as-uid'?: string | undefined
  'as-user-extra'?: string[] | undefined
  'request-timeout'?: string | undefined
  'certificate-authority'?: string | undefined
  'client-certificate'?: string | undefined
  'client-key'?: string | undefined
  'insecure-skip-tls-verify'?: boolean | undefined
  'tls-server-name'?: string | undefined
  'disable-compression'?: boolean | undefined
}

/** Which server, and as whom: everything that the flags, the kubeconfig and the environment say, resolved. */
export interface Login {
  server: URL
  namespace: string
  context?: string
  /** TLS material, read. */
  tls: {ca?: Buffer, cert?: Buffer, key?: Buffer, rejectUnauthorized?: false, servername?: string}
  /** Authorization (unless a plugin gives it) and impersonation. */
  headers: Record<string, string | string[]>
  userName: string
  exec?: ExecConfig
  oidc?: Record<string, string>
  cluster: ClusterEntry
  compression: boolean
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * Resolves flags over context over defaults, in kubectl's order. Without a kubeconfig and inside a pod it is the pod's
 * service account; `root` is where that lies, for tests.
 */
export async function resolveLogin(flags: KubeFlags, env: Environment, root = SERVICE_ACCOUNT): Promise<Login> {
  const config = await readKubeconfig(flags.kubeconfig || undefined, env)
  const contextName = flags.context || config.currentContext
  const context = config.contexts.get(contextName)
  if (contextName !== '' && !context) throw new ClusterError(`error: context "${contextName}" does not exist`)

  const empty = config.contexts.size + config.clusters.size + config.users.size === 0
  if (empty && env['KUBERNETES_SERVICE_HOST'] && env['KUBERNETES_SERVICE_PORT'] && existsSync(`${root}/token`)) return assemble(flags, inCluster(env, root))

  const clusterName = flags.cluster || context?.cluster || ''
  const cluster = config.clusters.get(clusterName)
  if (clusterName !== '' && !flags.server && !cluster?.server) throw new ClusterError(`error: no server found for cluster "${clusterName}"`)
  const userName = flags.user || context?.user || ''
  const user = config.users.get(userName)
  if (flags.user && !user) throw new ClusterError(`error: auth info "${userName}" does not exist`)
  return assemble(flags, {
    cluster: cluster ?? {server: 'http://localhost:8080'}, clusterName, user: user ?? {}, userName,
    namespace: context?.namespace || 'default', ...(context && {context: contextName}),
  })
}

interface Parts {cluster: ClusterEntry, clusterName: string, user: UserEntry, userName: string, namespace: string, context?: string}

function inCluster(env: Environment, root: string): Parts {
  const host = env['KUBERNETES_SERVICE_HOST']!
  const namespaceFile = `${root}/namespace`
  return {
    cluster: {server: `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT']}`, ...(existsSync(`${root}/ca.crt`) && {'certificate-authority': `${root}/ca.crt`})},
    clusterName: '', user: {tokenFile: `${root}/token`}, userName: '',
    namespace: env['POD_NAMESPACE'] || (existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : '') || 'default',
  }
}

function assemble(flags: KubeFlags, {cluster: kept, clusterName, user, userName, namespace, context}: Parts): Login {
  const cluster: ClusterEntry = {...kept}
  if (flags.server) cluster.server = flags.server
  if (flags['insecure-skip-tls-verify']) {
    cluster['insecure-skip-tls-verify'] = true
    delete cluster['certificate-authority']
    delete cluster['certificate-authority-data']
  }
  if (flags['certificate-authority']) {
    cluster['certificate-authority'] = flags['certificate-authority']
    delete cluster['certificate-authority-data']
  }
  const who = {...user}
  if (flags['client-certificate']) Object.assign(who, {'client-certificate': flags['client-certificate'], 'client-certificate-data': undefined})
  if (flags['client-key']) Object.assign(who, {'client-key': flags['client-key'], 'client-key-data': undefined})

  const ca = fileOrData(cluster['certificate-authority'], cluster['certificate-authority-data'], 'certificate-authority', clusterName)
  const cert = fileOrData(who['client-certificate'], who['client-certificate-data'], 'client-cert', userName)
  const key = fileOrData(who['client-key'], who['client-key-data'], 'client-key', userName)
  if (cert && !key) throw new ClusterError(`error: client-key-data or client-key must be specified for ${userName} to use the clientCert authentication method.`)
  const servername = flags['tls-server-name'] || cluster['tls-server-name']
  const insecure = cluster['insecure-skip-tls-verify'] === true
  if (insecure && ca) throw new ClusterError(`error: specifying a root certificates file with the insecure flag is not allowed`)

  const authorization = authorizationOf(flags, who)
  return {
    server: serverUrl(cluster.server ?? '', ca !== undefined || cert !== undefined || insecure),
    namespace: flags.namespace || namespace, ...(context !== undefined && {context}),
    tls: {...(ca && {ca}), ...(cert && {cert}), ...(key && {key}), ...(insecure && {rejectUnauthorized: false as const}), ...(servername && {servername})},
    headers: {...(authorization !== undefined && {authorization}), ...impersonation(flags, who, userName)},
    userName, cluster,
    ...(authorization === undefined && pluginOf(who)),
    compression: !(flags['disable-compression'] ?? cluster['disable-compression'] ?? false),
  }
}

function authorizationOf(flags: KubeFlags, user: UserEntry): string | undefined {
  const basic = (name: string, password = '') => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
  if (flags.token) return `Bearer ${flags.token}`
  if (flags.username) return basic(flags.username, flags.password)
  if (user.tokenFile) {
    try {
      return `Bearer ${readFileSync(user.tokenFile, 'utf8').trim()}`
    } catch (error) {
      throw new ClusterError(`error: ${reasonOf(error, user.tokenFile)}`)
    }
  }
  if (user.token) return `Bearer ${user.token}`
  return user.username ? basic(user.username, user.password) : undefined
}

function pluginOf({exec, 'auth-provider': provider}: UserEntry): Pick<Login, 'exec' | 'oidc'> {
  if (exec) return {exec}
  switch (provider?.name) {
    case undefined: return {}
    case 'oidc': return {oidc: provider.config ?? {}}
    case 'gcp': throw new ClusterError('error: The gcp auth plugin has been removed.\nPlease use the "gke-gcloud-auth-plugin" kubectl/client-go credential plugin instead.\nSee https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke for further details')
    case 'azure': throw new ClusterError('error: The azure auth plugin has been removed.\nPlease use the https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead.\nSee https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins for further details')
    default: throw new ClusterError(`error: no Auth Provider found for name "${provider?.name}"`)
  }
}

function impersonation(flags: KubeFlags, user: UserEntry, userName: string): Record<string, string | string[]> {
  const as = flags.as || user.as
  const uid = flags['as-uid'] || user['as-uid']
  const groups = flags['as-group'] ?? user['as-groups'] ?? []
  const extra: Record<string, string[]> = flags['as-user-extra'] ? {} : {...user['as-user-extra']}
  for (const pair of flags['as-user-extra'] ?? []) {
    const at = pair.indexOf('=')
    if (at < 0) throw new ClusterError(`error: as-user-extra should be in the form of key=value, but got "${pair}"`)
    ;(extra[pair.slice(0, at)] ??= []).push(pair.slice(at + 1))
  }
  if (!as) {
    if (uid || groups.length > 0 || Object.keys(extra).length > 0) throw new ClusterError(`error: requesting uid, groups or user-extra for ${userName} without impersonating a user`)
    return {}
  }
  return {
    'impersonate-user': as, ...(uid && {'impersonate-uid': uid}), ...(groups.length > 0 && {'impersonate-group': groups}),
    ...Object.fromEntries(Object.entries(extra).map(([key, values]) => [`impersonate-extra-${encodeURIComponent(key.toLowerCase())}`, values])),
  }
}

function fileOrData(file: string | undefined, data: string | undefined, what: string, owner: string): Buffer | undefined {
  if (data) return Buffer.from(data, 'base64')
  if (!file) return undefined
  try {
    return readFileSync(file)
  } catch (error) {
    throw new ClusterError(`error: unable to read ${what} ${file} for ${owner} due to ${reasonOf(error, file)}`)
  }
}

/** An address without a scheme is `http`, or `https` where there is something to prove; any path in front of the API stays. */
function serverUrl(server: string, tls: boolean): URL {
  const text = server.includes('://') ? server : `${tls ? 'https' : 'http'}://${server}`
  const port = /^[a-z]+:\/\/[^/]*?:(\d+)(?:\/|$)/i.exec(text)?.[1]
  if (port !== undefined && Number(port) > 65535) throw new ClusterError(`Unable to connect to the server: dial tcp: address ${port}: invalid port`)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw new ClusterError(`error: parse "${withoutLogin(text)}": host must be a URL or a host:port pair`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new ClusterError(`Unable to connect to the server: unsupported protocol scheme "${url.protocol.slice(0, -1)}"`)
  url.pathname = url.pathname.replace(/\/+$/, '')
  return url
}

/** The address without a user name and password in it. */
export const withoutLogin = (url: string): string => url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/@]*@/i, '$1')
