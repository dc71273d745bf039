import {createServer, type IncomingMessage, type RequestListener, type ServerResponse} from 'node:http'
import {createServer as createSecureServer} from 'node:https'
import {readFileSync} from 'node:fs'
import type {TLSSocket} from 'node:tls'
import {catalogue, digestOf, type Image} from './images.js'
import {answer as review} from './webhook.js'

/** The only login that repositories below `private/` accept. */
const LOGIN = `Basic ${Buffer.from('robot:letmein').toString('base64')}`
const MISBEHAVING = new Set(['private', 'forbidden', 'limited', 'broken', 'slow', 'shop'])

const images = catalogue()
const all = Object.values(images).flatMap(tags => Object.values(tags))
const byDigest = new Map(all.map(image => [digestOf(image.manifest), image]))
const blobs = new Map(all.flatMap(image => [...image.blobs]))

/**
 * A registry that fails in every way, chosen by the first part of the repository's name:
 *
 * - `private/`: 401 Basic unless robot:letmein, then as `shop/`
 * - `hub/`, and what is not there outside `library/`: 401 Bearer, and the token never suffices (Docker Hub's answer for what is private or absent)
 * - `forbidden/` 403, `limited/` 429, `broken/` 500
 * - `slow/`: layers that stop half way
 * - anything else: the image, or 404
 */
const registry: RequestListener = (request, response) => {
  const path = request.url!.split('?')[0]!
  if (path === '/token') return json(response, 200, {token: 'anonymous', access_token: 'anonymous', expires_in: 300})
  if (path === '/v2' || path === '/v2/') return json(response, 200, {})
  const parts = path.split('/').slice(2)
  const [kind, reference = ''] = parts.slice(-2)
  const repository = parts.slice(0, -2).join('/')
  const [group = '', ...rest] = repository.split('/')
  if (refuses(request, response, group, repository)) return
  const name = group === 'private' ? `shop/${rest.at(-1)}` : group === 'slow' ? 'shop/reports' : repository
  if (kind === 'manifests') {
    const image = byDigest.get(reference) ?? images[name]?.[reference] ?? nested(reference)
    if (!image) return refuse(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown')
    return send(response, 200, image.manifest, image.type, {'Docker-Content-Digest': digestOf(image.manifest)})
  }
  const blob = kind === 'blobs' ? blobs.get(reference) : undefined
  if (!blob) return refuse(response, 404, 'BLOB_UNKNOWN', 'blob unknown')
  if (group === 'slow' && blob.length > 5000) {
    response.writeHead(200, {'Content-Length': blob.length})
    response.write(blob.subarray(0, 4096))
    return
  }
  send(response, 200, blob, 'application/octet-stream')
}

/** A manifest that a list of platforms names. */
function nested(digest: string): Image | undefined {
  const manifest = blobs.get(digest)
  return manifest && {manifest, type: (JSON.parse(manifest.toString()) as {mediaType: string}).mediaType, blobs}
}

function refuses(request: IncomingMessage, response: ServerResponse, group: string, repository: string): boolean {
  const {authorization = '', host} = request.headers
  if (group === 'private' && authorization !== LOGIN) {
    refuse(response, 401, 'UNAUTHORIZED', 'authentication required', {'WWW-Authenticate': 'Basic realm="registry"'})
  } else if (group === 'hub' || (!MISBEHAVING.has(group) && group !== 'library' && !images[repository])) {
    const realm = `${(request.socket as TLSSocket).encrypted ? 'https' : 'http'}://${host}/token`
    const again = authorization.startsWith('Bearer') ? ',error="insufficient_scope"' : ''
    refuse(response, 401, 'UNAUTHORIZED', 'authentication required',
      {'WWW-Authenticate': `Bearer realm="${realm}",service="registry",scope="repository:${repository}:pull"${again}`})
  } else if (group === 'forbidden') {
    refuse(response, 403, 'DENIED', 'requested access to the resource is denied')
  } else if (group === 'limited') {
    refuse(response, 429, 'TOOMANYREQUESTS', 'You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit')
  } else if (group === 'broken') {
    send(response, 500, Buffer.from('<html>Internal Server Error</html>'), 'text/html')
  } else {
    return false
  }
  return true
}

const refuse = (response: ServerResponse, status: number, code: string, message: string, headers: Record<string, string> = {}) =>
  json(response, status, {errors: [{code, message}]}, headers)
const json = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) =>
  send(response, status, Buffer.from(JSON.stringify(body)), 'application/json', headers)
function send(response: ServerResponse, status: number, bytes: Buffer, type: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, {'Content-Type': type, 'Content-Length': bytes.length, 'Docker-Distribution-Api-Version': 'registry/2.0', ...headers})
  response.end(bytes)
}

const logged = (listener: RequestListener): RequestListener => (request, response) => {
  response.on('close', () => console.log(request.headers.host, request.method, request.url, response.statusCode))
  listener(request, response)
}

// usage: tsx registry.ts ADDRESS CERTIFICATE KEY: https on 443, http on 5000; the webhook on https://127.0.0.1:9443.
const [address, certificate, key] = process.argv.slice(2) as [string, string, string]
const tls = {cert: readFileSync(certificate), key: readFileSync(key)}
// A TLS greeting on the plain port gets `HTTP/1.1 400` from Node, as from Go's server: without it containerd would say `EOF`, not
// `server gave HTTP response to HTTPS client`.
createServer(logged(registry)).listen(5000, address)
createSecureServer(tls, logged(registry)).listen(443, address)
createSecureServer(tls, review).listen(9443, '127.0.0.1')
