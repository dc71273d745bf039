import type {Container} from '../kube/types.js'
import type {ContainerView, Patient} from './patient.js'
import {portOf, probeWords, PROBES} from './probes.js'
import {basename, serverTexts} from './server-text.js'
import type {Evidence, Log} from './types.js'

/** The words by which servers say that they are up; what follows them names a port. */
const UP = /\b(?:listen(?:ing|s)?\b|serving\b|bound to\b|(?:started|running)\b.{0,30}?\b(?:on|at)\b|ready for connections)/i
/** `port 8080`, `port(s): 8080`, `on 8080`, `:8080`, `0.0.0.0:8080`, `http://localhost:3000`, `[::]:80`; not the minutes of a time, not another host. */
const PORT = /\b(?:port(?:\(s\))?|on)\s*[=:"]*\s*(\d{2,5})\b(?![:.])|(?<![\w.\]])(?:localhost|\[[\da-f:]*\]|\*|\d+(?:\.\d+){3})?:(\d{2,5})(?![\w:.])/gi

/** The ports on which the program says that it listens, each with the first line (counted from 0) that says so. */
export function listeningPorts({text}: Log): {port: number, line: number}[] {
  const ports = new Map<number, number>()
  for (const [line, words] of text.split('\n').entries()) {
    const up = UP.exec(words)?.index
    for (const [, named, bare] of up === undefined ? [] : words.slice(up).matchAll(PORT)) {
      const port = Number(named ?? bare)
      if (!ports.has(port)) ports.set(port, line)
    }
  }
  return [...ports].map(([port, line]) => ({port, line}))
}

/** The ports that a command line or a configuration file sets: `httpd -p 8080`, `--port=8080`, `http.server 8080`, nginx `listen 8080;`. */
const configuredPorts = (text: string): number[] => [...new Set([...text.matchAll(/(?:\bhttpd\b[^;&|]*?\s-p |\bnc\b[^;&|]*?-l[^;&|]*?-p |--?port[= ]|http\.server |\blisten\s+(?:\[::\]:|[\d.*]+:)?)(?:[\d.]+:)?(\d{2,5})\b/g)].map(([, port]) => Number(port)))]

/** Where the programs of well-known images listen as they come. */
const USUAL: Record<string, number> = {
  'caddy': 80, 'elasticsearch': 9200, 'grafana': 3000, 'httpd': 80, 'mariadb': 3306, 'memcached': 11211, 'mongo': 27017, 'mysql': 3306, 'nats': 4222, 'nginx': 80,
  'postgres': 5432, 'prometheus': 9090, 'rabbitmq': 5672, 'redis': 6379, 'tomcat': 8080, 'traefik': 80,
}

/** Where the program of the container's image listens as it comes, if it is not told otherwise by a command. */
export const usualPort = ({command, args, image}: Container): number | undefined => (command ?? args) === undefined ? USUAL[basename(image ?? '')] : undefined

/** A program that has run for less may still be starting. */
const STARTING_MS = 30_000

export interface RealPort {
  port: number
  /** The end of a sentence: `its log says that it listens on 8080`. */
  why: string
  from: Evidence[]
  /** By its own words, or by a probe that passes; a port that is only declared is no proof. */
  proved: boolean
}

/** The port that the program of a container listens on instead of `wrong`; undefined where nothing tells, or where it says that it listens there. */
export function realPort(patient: Patient, container: ContainerView, wrong: number): RealPort | undefined {
  const {spec, status, specPath} = container
  const declared = (spec.ports ?? []).filter(({protocol = 'TCP'}) => protocol === 'TCP').map(({containerPort}) => containerPort).filter(port => typeof port === 'number')
  const log = patient.log(container, {previous: false})
  const said = log ? listeningPorts(log) : []
  if (said.some(({port}) => port === wrong)) return undefined
  const [told, ...more] = said.length === 1 ? said : said.filter(({port}) => declared.includes(port))
  if (log && told && more.length === 0) return {port: told.port, why: `its log says that it listens on ${told.port}`, from: [patient.citeLog(log, told.line)], proved: true}
  for (const field of PROBES) {
    const probe = spec[field]
    const port = probe && portOf(probe, spec)
    const passes = field === 'readinessProbe' ? status?.ready : field === 'startupProbe' && status?.started
    if (passes && port !== undefined && port !== wrong) return {port, why: `its ${probeWords(field, probe!)} passes`, from: [patient.cite(patient.pod, `${specPath}.${field}`)], proved: true}
  }
  const configured = serverTexts(patient, container).flatMap(({text, where, from}) => configuredPorts(text).map(port => ({port, why: `${where} says ${port}`, from})))
  if (configured.some(({port}) => port === wrong)) return undefined
  const [set, ...others] = configured.filter((one, i) => configured.findIndex(({port}) => port === one.port) === i)
  if (set && others.length === 0) return {...set, proved: false}
  const usual = usualPort(spec)
  if (usual === wrong) return undefined
  if (usual !== undefined && !(spec.env ?? []).some(({name}) => /PORT$/.test(name)) && (spec.volumeMounts ?? []).every(({mountPath}) => !/conf|\/etc\//.test(mountPath))) {
    return {port: usual, why: `image ${spec.image} listens on ${usual} unless it is told otherwise`, from: [patient.cite(patient.pod, `${container.specPath}.image`)], proved: false}
  }
  const up = patient.cluster.now - Date.parse(status?.state?.running?.startedAt ?? '')
  if (declared.length !== 1 || declared.includes(wrong) || !(up >= STARTING_MS)) return undefined
  return {port: declared[0]!, why: `the only port that it declares is ${declared[0]}`, from: [], proved: false}
}
