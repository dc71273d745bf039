import {spawn, type ChildProcess} from 'node:child_process'
import type {RequestOptions} from 'node:https'
import {ClusterError} from './errors.js'
import type {ClusterEntry, Environment, ExecConfig} from './kubeconfig.js'
import {permitted, readPluginPolicy} from './kuberc.js'

const VERSIONS = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']
const DOCS = 'https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins'

/**
 * Runs the credential plugin of a kubeconfig and returns what it gives: a token, a client certificate, or both. Nothing is
 * run before the kuberc policy has allowed it.
 */
export async function execCredentials(exec: ExecConfig, userName: string, cluster: ClusterEntry, env: Environment): Promise<{authorization?: string, cert?: string, key?: string}> {
  const {apiVersion = '', command = '', interactiveMode} = exec
  if (!VERSIONS.includes(apiVersion)) throw new ClusterError(`error: exec plugin: invalid apiVersion "${apiVersion}"`)
  if (command === '') throw new ClusterError(`error: command must be specified for ${userName} to use exec authentication plugin`)
  if (interactiveMode === undefined && apiVersion.endsWith('/v1')) throw new ClusterError(`error: interactiveMode must be specified for ${userName} to use exec authentication plugin`)
  const interactive = interactiveMode !== 'Never' && process.stdin.isTTY === true
  if (interactiveMode === 'Always' && !interactive) throw failed('exec plugin cannot support interactive mode: standard input is not a terminal')

  const path = permitted(command, await readPluginPolicy(env), env)
  const {ExecAuth} = await import('@kubernetes/client-node/dist/exec_auth.js')
  const plugin = new ExecAuth()
  let child: ChildProcess | undefined
  // The library's own way of starting the plugin leaves its standard input open and swallows what it tells the person.
  Object.assign(plugin, {execFn: (_: string, args: string[]) => {
    child = spawn(path, args, {env: {...env, ...variables}, stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'pipe']})
    child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk))
    return child
  }})
  const options: RequestOptions = {headers: {}}
  const info = {kind: 'ExecCredential', apiVersion, spec: {interactive, ...(exec.provideClusterInfo && {cluster: clusterInfo(cluster)})}}
  const variables = {...Object.fromEntries((exec.env ?? []).map(({name, value}) => [name, value])), KUBERNETES_EXEC_INFO: JSON.stringify(info)}
  try {
    await plugin.applyAuthentication({name: userName, exec: {command, args: exec.args ?? []}} as never, options)
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EACCES') {
      if (command.includes('/')) throw failed(`exec: fork/exec ${command}: ${code === 'ENOENT' ? 'no such file or directory' : 'permission denied'}`)
      throw failed(`exec: executable ${command} not found\n\nIt looks like you are trying to use a client-go credential plugin that is not installed.\n\n`
        + `To learn more about this feature, consult the documentation available at:\n      ${DOCS}${exec.installHint ? `\n\n${exec.installHint}` : ''}`)
    }
    if (child?.exitCode) throw failed(`exec: executable ${command} failed with exit code ${child.exitCode}`)
    if (error instanceof SyntaxError) throw failed('decoding stdout: couldn\'t get version/kind; json parse error')
    throw failed(error instanceof TypeError ? 'exec plugin didn\'t return a status field' : `exec: ${(error as Error).message || `executable ${command} was killed`}`)
  }
  const authorization = (options.headers as Record<string, string>)['Authorization']
  const {cert, key} = options as {cert?: string, key?: string}
  if (authorization === undefined && cert === undefined) throw failed('exec plugin didn\'t return a token or cert/key pair')
  return {...(authorization !== undefined && {authorization}), ...(cert !== undefined && {cert}), ...(key !== undefined && {key})}
}

const failed = (reason: string) => new ClusterError(`Unable to connect to the server: getting credentials: ${reason}`)

/** What a plugin with `provideClusterInfo` learns about the cluster: the `spec.cluster` of an ExecCredential. */
const clusterInfo = (cluster: ClusterEntry) => ({
  'server': cluster.server,
  'tls-server-name': cluster['tls-server-name'],
  'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
  'certificate-authority-data': cluster['certificate-authority-data'],
  'proxy-url': cluster['proxy-url'],
  'config': cluster.extensions?.find(({name}) => name === 'client.authentication.k8s.io/exec')?.extension,
})
