import {ClusterError} from './errors.js'

interface Status {kind?: string, reason?: string, message?: string}

/** What client-go says for an answer that is no Status (`NewGenericServerResponse`), by HTTP status. */
const GENERIC: Record<number, [reason: string, message: string]> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  406: ['NotAcceptable', 'the server was unable to respond with a content type that the client supports'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing the request'],
}

/** An answer that is not the thing asked for, in kubectl's words. `path` is that of the API, without the server. */
export function refusal(status: number, body: string, path: string, location?: string): ClusterError {
  const own = statusOf(body)
  if (status === 401) {
    return new ClusterError(`error: You must be logged in to the server (${own?.message ?? `${GENERIC[401]![1]}${asked(path)}`})`, status, own?.message ?? GENERIC[401]![1])
  }
  if (own?.message !== undefined) {
    return new ClusterError(own.reason ? `Error from server (${own.reason}): ${own.message}` : `Error from server: ${own.message}`, status, own.message, own.reason)
  }
  if (status >= 300 && status < 400) {
    const to = location !== undefined && URL.canParse(location) ? ` to ${new URL(location).origin}` : ''
    return new ClusterError(`error: the server sent us elsewhere (HTTP ${status}${to}) instead of answering: a login page or a proxy, not a Kubernetes API server`, status, `HTTP ${status}`)
  }
  const text = firstWords(body)
  const [reason, message] = GENERIC[status] ?? (status === 403 ? ['Forbidden', text || 'forbidden']
    : status >= 500 ? ['InternalError', `an error on the server ("${text || 'unknown'}") has prevented the request from succeeding`]
    : ['Unknown', `unknown (HTTP ${status})`])
  return new ClusterError(`Error from server (${reason}): ${message}${asked(path)}`, status, message)
}

function statusOf(body: string): Status | undefined {
  if (!body.trimStart().startsWith('{')) return undefined
  try {
    const value = JSON.parse(body) as Status
    return value.kind === 'Status' && typeof value.message === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/** ` (get pods web)`, as client-go ends its own sentences. */
function asked(path: string): string {
  const [, resource, name] = /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)(?:\/namespaces\/[^/]+(?=\/))?\/([^/?]+)(?:\/([^/?]+))?/.exec(path) ?? []
  return resource === undefined ? '' : ` (get ${resource}${name === undefined ? '' : ` ${decodeURIComponent(name)}`})`
}

/** The text of an answer that may be a whole web page, short and without its markup and control characters. */
export const firstWords = (body: string): string =>
  body.slice(0, 20_000).replaceAll(/<(script|style)[\s\S]*?<\/\1>/gi, ' ').replaceAll(/<[^>]*>/g, ' ').replaceAll(/[\s\p{Cc}]+/gu, ' ').trim().slice(0, 200)

/** No answer at all: what Go's network library says, which kubectl passes on. */
export function unreachable(error: NodeJS.ErrnoException & {cert?: {subjectaltname?: string}, host?: string}, server: URL): ClusterError {
  const host = server.hostname.replace(/^\[|\]$/g, '')
  const port = server.port || (server.protocol === 'https:' ? '443' : '80')
  if (error.code === 'ECONNREFUSED') {
    return new ClusterError(`The connection to the server ${server.host} was refused - did you specify the right host or port?`)
  }
  const x509 = (reason: string) => `tls: failed to verify certificate: x509: ${reason}`
  const words = (): string => {
    switch (error.code) {
      case 'ENOTFOUND': return `dial tcp: lookup ${host}: no such host`
      case 'EAI_AGAIN': return `dial tcp: lookup ${host}: Temporary failure in name resolution`
      case 'ETIMEDOUT': return `dial tcp ${host}:${port}: i/o timeout`
      case 'EHOSTUNREACH': return `dial tcp ${host}:${port}: connect: no route to host`
      case 'ENETUNREACH': return `dial tcp ${host}:${port}: connect: network is unreachable`
      case 'ECONNRESET': return error.message === 'socket hang up' || error.message === 'aborted' ? 'EOF' : `read tcp ${host}:${port}: connection reset by peer`
      case 'DEPTH_ZERO_SELF_SIGNED_CERT': case 'SELF_SIGNED_CERT_IN_CHAIN': case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE': case 'UNABLE_TO_GET_ISSUER_CERT':
      case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY': case 'CERT_UNTRUSTED': return x509('certificate signed by unknown authority')
      case 'CERT_HAS_EXPIRED': case 'CERT_NOT_YET_VALID': return x509('certificate has expired or is not yet valid')
      case 'ERR_TLS_CERT_ALTNAME_INVALID': return x509(nameMismatch(error.cert?.subjectaltname ?? '', error.host ?? host))
      case 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED': return 'remote error: tls: certificate required'
      case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA': return 'remote error: tls: unknown certificate authority'
      case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE': return 'remote error: tls: bad certificate'
      case 'ERR_SSL_WRONG_VERSION_NUMBER': case 'ERR_SSL_PACKET_LENGTH_TOO_LONG': return 'http: server gave HTTP response to HTTPS client'
      case 'ERR_OSSL_PEM_NO_START_LINE': return 'tls: failed to find any PEM data in certificate input'
      case 'EPROTO': return /wrong version number|packet length too long/i.test(error.message) ? 'http: server gave HTTP response to HTTPS client' : firstWords(error.message)
      default: return /^Bad response: (\d+)/.test(error.message) ? `proxyconnect tcp: the proxy answered HTTP ${error.message.slice(14)}` : firstWords(error.message) || error.code || 'unknown error'
    }
  }
  return new ClusterError(`Unable to connect to the server: ${words()}`)
}

function nameMismatch(names: string, host: string): string {
  const ofType = (type: string) => names.split(', ').filter(name => name.startsWith(`${type}:`)).map(name => name.slice(type.length + 1))
  const isAddress = /^[\d.]+$|:/.test(host)
  const valid = isAddress ? ofType('IP Address') : ofType('DNS')
  if (isAddress && valid.length === 0) return `cannot validate certificate for ${host} because it doesn't contain any IP SANs`
  return valid.length === 0 ? `certificate is not valid for any names, but wanted to match ${host}` : `certificate is valid for ${valid.join(', ')}, not ${host}`
}
