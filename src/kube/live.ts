import type {Ask, GetAsk, ListAsk, Log, LogAsk, Read} from '../doctor/types.js'
import {keyOf} from '../doctor/ask.js'
import type {Client} from './client.js'
import {ClusterError} from './errors.js'
import {LogDigest} from './log.js'
import {maskLog, maskRead, redact, Scrubber, scrubSnapshot} from './redact.js'
import {isKind, pathIn, pathOf, resources} from './resources.js'
import type {Answers, Source} from './source.js'
import type {Kind, KubeObject} from './types.js'

const PAGE = 500
/** From so many names of one kind and namespace on, one LIST is cheaper than GETs. */
const MANY = 3
const LOG_BYTES = 16 * 1024 * 1024
const RUN_BYTES = 64 * 1024 * 1024
const TAIL_LINES = 300
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1'

type Answer = Pick<Read, 'outcome' | 'message'> & {objects?: KubeObject[], log?: Log}
interface Page {kind?: string, items?: KubeObject[], metadata?: {continue?: string}}

/** A source that asks the cluster. What it returns is redacted; it never lists Secrets whole. */
export function liveSource(client: Client): Source {
  const scrubber = new Scrubber()
  let answered = false
  let bytes = 0

  const attempt = async (ask: () => Promise<Answer>): Promise<Answer> => {
    try {
      const answer = await ask()
      answered = true
      return answer
    } catch (error) {
      if (!(error instanceof ClusterError) || error.status === 401) throw error
      if (error.status === undefined && !answered) throw error
      answered ||= error.status !== undefined
      const message = error.detail ?? error.message.replace(/^(?:error|Error from server(?: \(\w+\))?): /, '')
      return {outcome: error.status === 404 && error.reason === 'NotFound' ? 'absent' : error.status === 403 ? 'forbidden' : 'unavailable', message}
    }
  }

  const get = ({get: kind, apiVersion, namespace, name}: GetAsk) => attempt(async () => {
    if (isKind(kind)) return {outcome: 'read', objects: [whole(kind, await client.get(pathOf(kind, namespace, name)) as KubeObject)]}
    const [{discover, kindOfDiscovered, resourcesOf}, {conform}] = await Promise.all([import('./discovery.js'), import('./conform.js')])
    const found = (await (apiVersion === undefined ? discover(client) : resourcesOf(client, apiVersion))).find(resource => kindOfDiscovered(resource) === kind)
    if (!found) return {outcome: 'unavailable', message: `the API serves no ${kind}`}
    // Of a kind that is not known only what workloads have in common is kept: who knows what else stands in it.
    return {outcome: 'read', objects: [conform(await client.get(pathIn(found, namespace, name)) as KubeObject)]}
  })

  const list = ({list: kind, namespace, labelSelector, fieldSelector, metadataOnly}: ListAsk) => attempt(async () => {
    if (kind === 'Secret' && !metadataOnly) return {outcome: 'unavailable', message: 'Secrets are read one by one, or without their values'}
    const items = await pages(client, pathOf(kind, namespace), {labelSelector, fieldSelector}, metadataOnly ? METADATA : undefined)
    return {outcome: 'read', objects: items.map(item => metadataOnly ? bare(kind, item) : whole(kind, item))}
  })

  /** Several names of one kind and namespace: the first page of the list has most of them, as a rule all. */
  const getMany = async (asks: GetAsk[]): Promise<Answer[]> => {
    const {get: kind, namespace} = asks[0] as GetAsk & {get: Kind}
    const found = new Map<string, KubeObject>()
    let complete = false
    await attempt(async () => {
      const page = await client.get(`${pathOf(kind, namespace)}?limit=${PAGE}`) as Page
      for (const item of page.items ?? []) found.set(item.metadata?.name ?? '', whole(kind, item))
      complete = !page.metadata?.continue && page.items !== undefined
      return {outcome: 'read'}
    })
    return Promise.all(asks.map(async (ask): Promise<Answer> => {
      const object = found.get(ask.name)
      if (object) return {outcome: 'read', objects: [object]}
      return complete ? {outcome: 'absent', message: `${resources[kind].plural} "${ask.name}" not found`} : get(ask)
    }))
  }

  const log = async ({log: ref}: LogAsk): Promise<Answer> => {
    const {namespace, pod, container, previous} = ref
    const digest = new LogDigest()
    const follow = (query: string, budget: number) => client.stream(
      `${pathOf('Pod', namespace, pod)}/log?container=${encodeURIComponent(container)}&previous=${previous}&timestamps=false${query}`,
      async body => {
        let read = 0
        for await (const chunk of body) {
          digest.push(chunk)
          read += chunk.length
          bytes += chunk.length
          if (read >= budget || bytes >= RUN_BYTES) return false
        }
        return true
      })
    const answer = await attempt(async () => {
      if (bytes >= RUN_BYTES) return {outcome: 'unavailable', message: `${RUN_BYTES / 1024 / 1024} MiB of logs were read in this run already`}
      const whole = await follow('', LOG_BYTES)
      if (!whole) {
        // The end of a log says most, so it is fetched by itself.
        digest.gap()
        if (bytes < RUN_BYTES) await follow(`&tailLines=${TAIL_LINES}`, 1024 * 1024)
      }
      const {text, cut} = digest.end()
      // containerd has removed the file; the kubelet says so with HTTP 200.
      const gone = /^unable to retrieve container logs for \S+\n?$/.exec(text)
      if (gone) return previous ? {outcome: 'absent'} : {outcome: 'unavailable', message: text.trim()}
      return {outcome: 'read', log: {...ref, text, ...((cut || !whole) && {cut: true as const})}}
    })
    const none = answer.outcome === 'unavailable' && /^(?:previous terminated container "?[^"]*"? in pod .* not found|container "?[^"]*"? in pod "?[^"]*"? is waiting to start: )/.test(answer.message ?? '')
    return none ? {...answer, outcome: 'absent'} : answer
  }

  return {
    async read(asks: Ask[]): Promise<Answers> {
      const once = new Map(asks.map(ask => [keyOf(ask), ask]))
      const answers = new Map<string, Promise<Answer>>()
      const groups = new Map<string, GetAsk[]>()
      for (const ask of once.values()) {
        if (!('get' in ask)) continue
        const key = `${ask.get} ${ask.namespace ?? ''}`
        groups.set(key, [...groups.get(key) ?? [], ask])
      }
      for (const group of groups.values()) {
        const many = group.length >= MANY && isKind(group[0]!.get) && group[0]!.get !== 'Secret' ? getMany(group) : undefined
        group.forEach((ask, i) => answers.set(keyOf(ask), many ? many.then(all => all[i]!) : get(ask)))
      }
      for (const [key, ask] of once) {
        if ('list' in ask) answers.set(key, list(ask))
        else if ('log' in ask) answers.set(key, log(ask))
      }
      const done = new Map(await Promise.all([...answers].map(async ([key, answer]) => [key, await answer] as const)))
      const objects = new Map<string, KubeObject>()
      for (const [key] of once) for (const object of done.get(key)!.objects ?? []) keepBest(objects, object)
      return scrubSnapshot({
        objects: [...objects.values()].map(object => redact(object, scrubber)),
        logs: [...once.keys()].flatMap(key => done.get(key)!.log ?? []).map(maskLog),
        reads: asks.map(ask => {
          const {outcome, message} = done.get(keyOf(ask))!
          return maskRead({...ask, outcome, ...(message !== undefined && outcome !== 'read' && {message})})
        }),
      }, scrubber)
    },
    scrub: snapshot => scrubSnapshot(snapshot, scrubber),
    async version() {
      const {gitVersion} = await client.get('/version').catch((error: unknown) => {
        if (error instanceof ClusterError) return {}
        throw error
      }) as {gitVersion?: string}
      return gitVersion
    },
  }
}

/** Items of lists come without apiVersion and kind. */
const whole = (kind: Kind, object: KubeObject): KubeObject => ({...object, apiVersion: resources[kind].apiVersion, kind})

const bare = (kind: Kind, {metadata}: KubeObject): KubeObject => ({apiVersion: resources[kind].apiVersion, kind, ...(metadata && {metadata}), metadataOnly: true})

function keepBest(objects: Map<string, KubeObject>, object: KubeObject): void {
  const key = `${object.kind} ${object.metadata?.namespace ?? ''}/${object.metadata?.name}`
  if (!object.metadataOnly || !objects.has(key)) objects.set(key, object)
}

/** All pages of a list. A list that changed too much meanwhile (410) is begun again, twice. */
async function pages(client: Client, path: string, query: Record<string, string | undefined>, accept: string | undefined): Promise<KubeObject[]> {
  for (let tries = 0; ; tries++) {
    const items: KubeObject[] = []
    let token: string | undefined
    try {
      do {
        const search = new URLSearchParams(Object.entries({...query, limit: String(PAGE), continue: token}).flatMap(([key, value]) => value ? [[key, value]] : []))
        const page = await client.get(`${path}?${search}`, accept === undefined ? {} : {accept}) as Page
        if (!Array.isArray(page.items) && page.items != null) throw new ClusterError('error: the server did not answer with a list', 200, 'the server did not answer with a list')
        items.push(...page.items ?? [])
        token = page.metadata?.continue || undefined
      } while (token !== undefined)
      return items
    } catch (error) {
      if (!(error instanceof ClusterError) || error.status !== 410 || tries >= 2) throw error
    }
  }
}
