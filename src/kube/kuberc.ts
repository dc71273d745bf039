import {accessSync, constants, readFileSync, statSync} from 'node:fs'
import {homedir} from 'node:os'
import {delimiter, isAbsolute, join, normalize, resolve} from 'node:path'
import {ClusterError} from './errors.js'
import {parseYaml, YamlError} from './yaml.js'
import {reasonOf, type Environment} from './kubeconfig.js'

/** Which credential plugins a kubeconfig may have run: KEP-3104, in kubectl since 1.35. */
export interface PluginPolicy {
  policy: 'AllowAll' | 'DenyAll' | 'Allowlist'
  allowlist: string[]
}

const FREE: PluginPolicy = {policy: 'AllowAll', allowlist: []}

/**
 * Reads the policy of `$KUBERC`, else of `~/.kube/kuberc`; `KUBERC=off` or `KUBECTL_KUBERC=false` turn it off. kubectl goes on with
 * a warning when the default file cannot be read; here that is an error, for it may have held a policy. Called only when a plugin
 * is about to be run.
 */
export async function readPluginPolicy(env: Environment): Promise<PluginPolicy> {
  if (env['KUBERC'] === 'off' || env['KUBECTL_KUBERC'] === 'false') return FREE
  const named = env['KUBERC'] || undefined
  const file = named ?? join(env['HOME'] || homedir(), '.kube', 'kuberc')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return FREE
    throw new ClusterError(`error: kuberc error kuberc: ${reasonOf(error, file)}`)
  }
  let documents: unknown[]
  try {
    documents = await parseYaml(text)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw new ClusterError(`error: kuberc error kuberc: ${file}: ${error.message}`)
  }
  return policyOf((documents.find(document => (document as {kind?: string}).kind === 'Preference') ?? {}) as Record<string, unknown>)
}

/** A misspelt field must not leave everything allowed, so what does not make sense is an error, as in client-go. */
function policyOf({credentialPluginPolicy = '', credentialPluginAllowlist: list}: Record<string, unknown>): PluginPolicy {
  const wrong = (reason: string) => new ClusterError(`error: ${reason}`)
  if (credentialPluginPolicy === '' || credentialPluginPolicy === 'AllowAll' || credentialPluginPolicy === 'DenyAll') {
    if (list != null) throw wrong(`misconfigured credential plugin allowlist: plugin policy is "${credentialPluginPolicy}" but allowlist is non-nil`)
    return {policy: credentialPluginPolicy || 'AllowAll', allowlist: []}
  }
  if (credentialPluginPolicy !== 'Allowlist') throw wrong(`invalid plugin policy: ${JSON.stringify(credentialPluginPolicy)}`)
  if (list == null) throw wrong('credential plugin policy set to "Allowlist", but allowlist is unspecified')
  if (!Array.isArray(list) || list.length === 0) throw wrong('credential plugin policy set to "Allowlist", but allowlist is empty; use "DenyAll" policy instead')
  // `name` was renamed to `command` in 1.36.
  const allowlist = (list as ({command?: unknown, name?: unknown} | null)[]).map(entry => entry?.command ?? entry?.name)
  if (!allowlist.every(word => typeof word === 'string' && word !== '')) throw wrong('misconfigured credential plugin allowlist: empty allowlist entry')
  return {policy: 'Allowlist', allowlist: allowlist as string[]}
}

/**
 * The path to run for a plugin's command, once the policy allows it; throws kubectl's refusal otherwise. An entry that is
 * only a name stands for the program that PATH has under this name, and for no other of that name. The path that was
 * judged is the one to run.
 */
export function permitted(command: string, {policy, allowlist}: PluginPolicy, env: Environment): string {
  const refuse = (reason: string) => new ClusterError(`Unable to connect to the server: getting credentials: ${reason}`)
  if (policy === 'AllowAll') return command
  if (policy === 'DenyAll') throw refuse(`plugin "${normalize(command)}" not allowed: policy set to "DenyAll"`)
  const path = lookUp(command, env)
  if (path === undefined) throw refuse(`plugin path "${command}" cannot be resolved for credential plugin allowlist check: exec: "${command}": executable file not found in $PATH`)
  if (!allowlist.some(entry => lookUp(entry, env) === path)) throw refuse(`plugin path "${path}" is not permitted by the credential plugin allowlist`)
  return path
}

/** Where PATH has the program, as Go's `exec.LookPath` finds it: never in the current folder by accident. */
export function lookUp(command: string, env: Environment): string | undefined {
  if (command.includes('/')) return resolve(command)
  return (env['PATH'] ?? '').split(delimiter).filter(isAbsolute).map(folder => join(folder, command)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
