import {BlockList, isIP} from 'node:net'
import type {Environment} from './kubeconfig.js'

/**
 * The proxy that the environment asks for, by the rules of Go's `http.ProxyFromEnvironment`, which kubectl follows: HTTPS_PROXY
 * or HTTP_PROXY by the scheme of the server, never for this very machine, and not for what NO_PROXY names.
 */
export function proxyFromEnvironment(server: URL, env: Environment): string | undefined {
  const variable = (name: string) => env[name] || env[name.toLowerCase()] || ''
  const proxy = variable(server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY')
  if (proxy === '' || isLoopback(hostOf(server)) || isExempt(server, variable('NO_PROXY'))) return undefined
  return proxy.includes('://') ? proxy : `http://${proxy}`
}

const hostOf = ({hostname}: URL) => hostname.replace(/^\[|\]$/g, '').toLowerCase()

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** NO_PROXY: `*`, addresses, blocks of addresses, `host`, `host:port`, and domains with all below them (`example.com`, `.example.com`). */
function isExempt(server: URL, list: string): boolean {
  const host = hostOf(server)
  const port = server.port || (server.protocol === 'https:' ? '443' : '80')
  return list.split(',').map(entry => entry.trim().toLowerCase()).filter(entry => entry !== '').some(entry => {
    if (entry === '*') return true
    const [block = '', bits] = entry.split('/')
    if (bits !== undefined) return isIP(host) !== 0 && isIP(block) === isIP(host) && inBlock(host, block, Number(bits))
    const [, name = '', ownPort] = isIP(entry) ? [entry, entry] : /^(.*?)(?::(\d+))?$/.exec(entry) ?? []
    if (ownPort !== undefined && ownPort !== port) return false
    if (isIP(host)) return name.replace(/^\[|\]$/g, '') === host
    const domain = name.replace(/^\*?\./, '')
    return name === domain ? host === domain || host.endsWith(`.${domain}`) : host.endsWith(`.${domain}`)
  })
}

function inBlock(host: string, block: string, bits: number): boolean {
  if (!Number.isInteger(bits) || bits < 0 || bits > (isIP(block) === 4 ? 32 : 128)) return false
  const list = new BlockList()
  const family = isIP(block) === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(block, bits, family)
  return list.check(host, family)
}
