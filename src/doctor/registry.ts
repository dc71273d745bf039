import {knownImages, parseImage, setImage} from './image-pull.js'
import {distance} from './near-miss.js'
import {byText} from './order.js'
import type {ContainerView, Patient} from './patient.js'
import {containerBefore, rollBack} from './revisions.js'
import type {Culprit, Fix} from './types.js'

/** The host (with its port) that the runtime asked: the one in the URL that it quotes, which may be a mirror or a token server, else the image's. */
export const askedHost = (words: string, image: string): string => {
  const {registry} = parseImage(image)
  const url = /\bhttps?:\/\/([^/"\s]+)/.exec(words)?.[1] ?? /pulling from host (\S+) failed/.exec(words)?.[1] ?? registry
  return registry === 'docker.io' && /^(?:registry-1|index|auth)\.docker\.io$/.test(url) ? registry : url
}

/** `Registry ghcr.io`, or the mirror or token server that was asked in its place. The beginning of a sentence. */
export const registryWord = (words: string, image: string): string => {
  const host = askedHost(words, image)
  const {registry} = parseImage(image)
  return host === registry ? `Registry ${registry}` : `Host ${host}, asked in place of registry ${registry},`
}

/** What is to blame where the registry is: all images that come from there share the cause. */
export const registryCulprit = (words: string, image: string, fault: string): Culprit => ({kind: 'Registry', name: askedHost(words, image), part: fault})

const nameOf = (host: string) => host.replace(/:\d+$/, '')

export interface NearRegistry {
  host: string
  /** The image with that host, and whether it is known to be there. */
  image: string
  known: boolean
}

/** A registry that images here come from and whose name differs by a typing error or by the port alone. */
export function nearRegistry(patient: Patient, image: string): NearRegistry | undefined {
  const {registry} = parseImage(image)
  if (!image.startsWith(`${registry}/`)) return undefined
  const images = [...new Set([...knownImages(patient), ...startedImages(patient)])]
  const hosts = [...new Set(images.map(known => parseImage(known).registry))].filter(host => host !== registry)
  const [host] = hosts.filter(host => nameOf(host) === nameOf(registry) || (distance(nameOf(host), nameOf(registry)) <= 2 && nameOf(registry).length >= 8))
    .toSorted((a, b) => distance(a, registry) - distance(b, registry) || byText(a, b))
  if (host === undefined) return undefined
  const better = host === 'docker.io' ? parseImage(image).repository + image.slice(registry.length + 1 + parseImage(image).repository.length) : host + image.slice(registry.length)
  return {host, image: better, known: images.includes(better)}
}

/** Images of the namespace whose containers were started once. */
const startedImages = (patient: Patient): string[] => (patient.list('Pod') ?? patient.cluster.held('Pod', patient.namespace) as Patient['pod'][]).flatMap(({spec, status}) =>
  (spec?.containers ?? []).filter(({name}) => status?.containerStatuses?.some(own => own.name === name && own.imageID)).flatMap(({image}) => image ?? []))

/** Taking the image from the registry that was meant, and going back to the image that still runs. */
export function otherImages(patient: Patient, {name, spec}: ContainerView, near?: NearRegistry): Fix[] {
  const change = near && setImage(patient, name, near.image)
  const before = containerBefore(patient, name)?.image
  return [
    ...(near && change ? [{action: `Use image ${near.image}${near.known ? ', which is known to exist' : ''}`, ...change}] : []),
    ...(before !== undefined && before !== spec.image ? rollBack(patient, ` (image ${before})`) : []),
  ]
}

/** How the name of a host was not resolved. The Go resolver's words, which all runtimes pass on. */
const LOOKUP = /(proxyconnect tcp: )?dial tcp: (?:lookup|failed to lookup) ([^\s:]+)(?: on (\S+?))?: (no such host|server misbehaving|temporary failure in name resolution|no address associated with hostname|(?:read|dial) udp .*|i\/o timeout)/i

export interface Lookup {
  host: string
  /** The DNS server that was asked, with its port. */
  server: string | undefined
  how: 'unknown' | 'fails' | 'silent'
  words: string
  /** The host is the node's proxy, not the registry. */
  proxy: boolean
}

export function lookupIn(words: string): Lookup | undefined {
  const [, proxy, host = '', server, how = ''] = LOOKUP.exec(words) ?? []
  if (host === '') return undefined
  return {host, server, proxy: proxy !== undefined, words: how, how: /udp|timeout/.test(how) ? 'silent' : /no such host|no address/i.test(how) ? 'unknown' : 'fails'}
}
