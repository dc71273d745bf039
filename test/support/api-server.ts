import http from 'node:http'
import type {AddressInfo} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'
import {gzipSync} from 'node:zlib'
import {keyOf} from '../../src/doctor/ask.js'
import {refOf} from '../../src/doctor/cite.js'
import {isCustom} from '../../src/doctor/kind.js'
import type {Ask, Snapshot} from '../../src/doctor/types.js'
import {groupAndVersion, resources} from '../../src/kube/resources.js'
import type {FieldOwner, KeyFacts, Kind, KubeObject, Secret} from '../../src/kube/types.js'
import {matchesFields, matchesLabels} from './selectors.js'

/** What a test may have the server do instead of answering. */
export interface Prank {
  delayMs?: number
  status?: number
  headers?: Record<string, string>
  /** A text is sent as it is, anything else as JSON. */
  body?: unknown
  /** Breaks the connection off, after the body if there is one. */
  drop?: true
}

export interface ApiServer {
  url: string
  /** `GET /api/v1/…`, in the order they came. */
  requests: string[]
  headers: http.IncomingHttpHeaders[]
  /** The most requests that were being answered at one time. */
  mostInFlight: number
  close(): void
}

/**
 * An HTTP server that answers as the API server of the snapshot's cluster would: every kind by name and by list, logs,
 * 404 for what it does not hold, 403 for what its `reads` call forbidden. `prank` sees each request first; `nth` counts
 * the requests for the same path.
 */
export async function serve(snapshot: Pick<Snapshot, 'objects'> & Partial<Snapshot>, prank: (url: URL, nth: number) => Prank | undefined = () => undefined): Promise<ApiServer> {
  const counts = new Map<string, number>()
  let inFlight = 0
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://x')
    const nth = (counts.get(url.pathname) ?? 0) + 1
    counts.set(url.pathname, nth)
    server.requests.push(`${request.method} ${request.url}`)
    server.headers.push(request.headers)
    const planned = prank(url, nth)
    // A moment of work, so that requests that are sent together are answered together.
    await sleep(planned?.delayMs ?? 1)
    const {status = 200, headers = {}, body, drop} = planned && (planned.status !== undefined || planned.body !== undefined || planned.drop) ? planned : reply(snapshot, url, request.headers.accept ?? '')
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
    const zip = text.length > 1024 && /gzip/.test(String(request.headers['accept-encoding']))
    const bytes = zip ? gzipSync(text) : Buffer.from(text)
    if (drop && text === '') return response.destroy()
    response.writeHead(status, {
      'content-type': typeof body === 'string' ? 'text/plain' : 'application/json', ...(zip && {'content-encoding': 'gzip'}),
      ...(!drop && {'content-length': String(bytes.length)}), ...headers,
    })
    if (drop) response.write(bytes, () => setTimeout(() => response.destroy(), 10))
    else response.end(bytes)
  }
  // A test that fails before it closes its server must not keep the whole run alive.
  const listener = http.createServer((request, response) => {
    inFlight++
    server.mostInFlight = Math.max(server.mostInFlight, inFlight)
    response.once('close', () => { inFlight-- })
    void answer(request, response)
  })
  const server: ApiServer = {
    url: '', requests: [], headers: [], mostInFlight: 0,
    close() {
      listener.close()
      listener.closeAllConnections()
    },
  }
  await new Promise<void>(resolve => { listener.listen(0, '127.0.0.1', resolve) })
  listener.unref()
  server.url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  return server
}

const kinds = Object.keys(resources) as Kind[]

function reply(snapshot: Pick<Snapshot, 'objects'> & Partial<Snapshot>, url: URL, accept: string): Prank {
  const {objects, reads = [], serverVersion = 'v1.34.1'} = snapshot
  if (url.pathname === '/version') return {body: {major: '1', minor: '34', gitVersion: serverVersion}}
  const [, apiVersion, namespace, plural = '', name, subresource] = /^\/apis?\/(v1|[^/]+\/[^/]+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(decodeURIComponent(url.pathname)) ?? []
  const kind = kinds.find(kind => resources[kind].plural === plural && resources[kind].apiVersion === apiVersion)
  if (!kind) return customReply(objects, url.pathname)

  const place = namespace === undefined ? {} : {namespace}
  if (subresource === 'log') return logReply(snapshot, url, namespace ?? '', name ?? '')
  const selectors = Object.fromEntries([...url.searchParams].filter(([key]) => key === 'labelSelector' || key === 'fieldSelector'))
  const metadataOnly = accept.includes('as=PartialObjectMetadata')
  const ask = (name === undefined ? {list: kind, ...place, ...selectors, ...(metadataOnly && {metadataOnly})} : {get: kind, ...place, name}) as Ask
  const verb = name === undefined ? 'list' : 'get'
  const refused = reads.find(read => read.outcome === 'forbidden' && verb in read && (read as unknown as Record<string, unknown>)[verb] === kind && (read as {namespace?: string}).namespace === namespace)
  if (refused) return status(403, 'Forbidden', refused.message ?? forbidden(kind, verb, namespace, name))
  const failed = reads.find(read => read.outcome === 'unavailable' && keyOf(read) === keyOf(ask))
  if (failed) return status(500, 'InternalError', failed.message ?? 'unavailable')

  const here = objects.filter(object => object.kind === kind && (namespace === undefined || object.metadata?.namespace === namespace))
  if (name !== undefined) {
    const found = here.find(({metadata}) => metadata?.name === name)
    return found ? {body: asSent(found)} : status(404, 'NotFound', `${plural}${group(kind) && `.${group(kind)}`} "${name}" not found`)
  }
  const all = here.filter(object => matchesLabels(url.searchParams.get('labelSelector') ?? '', object) && matchesFields(url.searchParams.get('fieldSelector') ?? '', object))
  const limit = Number(url.searchParams.get('limit') ?? 0) || all.length
  const from = Number(url.searchParams.get('continue') ?? 0)
  const rest = all.length - from - limit
  const items = all.slice(from, from + limit).map(asSent)
  const metadata = {resourceVersion: '1000', ...(rest > 0 && {continue: String(from + limit), remainingItemCount: rest})}
  return metadataOnly
    ? {body: {kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: items.map(({metadata}) => ({kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata}))}}
    // The API server leaves kind and apiVersion of items out.
    : {body: {kind: `${kind}List`, apiVersion, metadata, items: items.map(({kind: _, apiVersion: __, ...item}) => item)}}
}

/** Discovery and objects of the kinds that are not Kubernetes' own. */
function customReply(objects: KubeObject[], path: string): Prank {
  const own = objects.filter(object => isCustom(refOf(object).kind))
  const resourceOf = ({kind = '', metadata}: KubeObject) => ({name: `${kind.toLowerCase()}s`, singularName: kind.toLowerCase(), kind, namespaced: metadata?.namespace !== undefined})
  const versions = [...new Set(own.map(({apiVersion = ''}) => apiVersion))]
  if (path === '/apis') return {body: {kind: 'APIGroupList', apiVersion: 'v1', groups: versions.map(groupVersion => ({name: groupVersion.split('/')[0], preferredVersion: {groupVersion}}))}}
  const version = versions.find(version => path === `/apis/${version}`)
  if (version) return {body: {kind: 'APIResourceList', groupVersion: version, resources: own.filter(({apiVersion}) => apiVersion === version).map(resourceOf)}}
  const found = own.find(object => path === `/apis/${object.apiVersion}/${object.metadata?.namespace === undefined ? '' : `namespaces/${object.metadata.namespace}/`}${resourceOf(object).name}/${object.metadata?.name}`)
  const [, plural, group, name] = new RegExp('^/apis/([^/]+)/[^/]+/(?:namespaces/[^/]+/)?([^/]+)/([^/]+)$').exec(path)?.map((word, i, all) => i === 1 ? all[2]! : i === 2 ? all[1]! : word) ?? []
  return found ? {body: asSent(found)} : name === undefined ? {status: 404, body: '404 page not found\n'} : status(404, 'NotFound', `${plural}.${group} "${name}" not found`)
}

function logReply({objects, logs = [], reads = []}: Partial<Snapshot>, url: URL, namespace: string, pod: string): Prank {
  const object = objects?.find(({kind, metadata}) => kind === 'Pod' && metadata?.name === pod && metadata.namespace === namespace) as {spec?: {containers?: {name: string}[]}} | undefined
  if (!object) return status(404, 'NotFound', `pods "${pod}" not found`)
  const container = url.searchParams.get('container') ?? object.spec?.containers?.[0]?.name ?? ''
  const previous = url.searchParams.get('previous') === 'true'
  const key = keyOf({log: {namespace, pod, container, previous}})
  const read = reads.find(read => keyOf(read) === key)
  if (read?.outcome === 'forbidden') return status(403, 'Forbidden', read.message ?? `pods "${pod}" is forbidden: User "ann" cannot get resource "pods/log" in API group "" in the namespace "${namespace}"`)
  if (read?.outcome === 'unavailable') return status(500, 'InternalError', read.message ?? 'unavailable')
  const log = logs.find(log => keyOf({log}) === key)
  if (!log && previous) return status(400, 'BadRequest', `previous terminated container "${container}" in pod "${pod}" not found`)
  if (!log && read?.outcome === 'absent') return status(400, 'BadRequest', `container "${container}" in pod "${pod}" is waiting to start: ContainerCreating`)
  const lines = (log?.text ?? '').split(/(?<=\n)/)
  const tail = url.searchParams.get('tailLines')
  return {body: (tail === null ? lines : lines.slice(-Number(tail))).join('')}
}

const group = (kind: Kind) => groupAndVersion(resources[kind].apiVersion).group

const forbidden = (kind: Kind, verb: string, namespace?: string, name?: string) => {
  const {plural} = resources[kind]
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  return `${plural}${group(kind) && `.${group(kind)}`}${name === undefined ? '' : ` "${name}"`} is forbidden: User "ann" cannot ${verb} resource "${plural}" in API group "${group(kind)}" ${where}`
}

/** An answer of kind Status, as the API server refuses. */
export const status = (code: number, reason: string, message: string): Prank =>
  ({status: code, body: {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, ...(reason && {reason}), code}})

/** An object as it was before the source took its secrets and its managedFields. The values are made up, their facts are not. */
function asSent({metadataOnly: _, ...object}: KubeObject): KubeObject {
  const {managedFields, ...metadata} = object.metadata ?? {}
  const sent = {...object, metadata: {...metadata, ...(managedFields && {managedFields: managedFields.map(asFieldsV1)})}} as KubeObject
  const {facts, data, ...rest} = sent as Secret
  if (!facts) return sent
  const valueOf = ([key, {bytes, trailingNewline}]: [string, KeyFacts]) =>
    data?.[key] || Buffer.from(madeUp(key, bytes - (trailingNewline ? 1 : 0), facts.registries) + (trailingNewline ? '\n' : '')).toString('base64')
  return {...rest, data: Object.fromEntries(Object.entries(facts.keys).map(entry => [entry[0], valueOf(entry)]))} as KubeObject
}

function madeUp(key: string, length: number, registries: string[] = []): string {
  const logins = Object.fromEntries(registries.map(host => [host, {}]))
  if (key === '.dockerconfigjson') return JSON.stringify({auths: logins}).padEnd(length, ' ')
  if (key === '.dockercfg') return JSON.stringify(logins).padEnd(length, ' ')
  return `~${key}`.repeat(length).slice(0, length)
}

function asFieldsV1({fields, ...owner}: FieldOwner): unknown {
  const fieldsV1: Record<string, Record<string, unknown>> = {}
  for (const path of fields ?? []) {
    const [first = '', ...rest] = path.split('.')
    Object.assign(fieldsV1[`f:${first}`] ??= {}, rest.length > 0 && {[`f:${rest.join('.')}`]: {}})
  }
  return {...owner, fieldsType: 'FieldsV1', fieldsV1}
}
