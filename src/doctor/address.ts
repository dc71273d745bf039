import type {Address, Failure} from './destination.js'
import type {ContainerView, Patient} from './patient.js'

const NAME = String.raw`[A-Za-z0-9](?:[\w-]*\w)?(?:\.[A-Za-z0-9](?:[\w-]*\w)?)*\.?`
const PORTS: Record<string, number> = {http: 80, https: 443, postgres: 5432, postgresql: 5432, mysql: 3306, mariadb: 3306, redis: 6379, rediss: 6379, mongodb: 27017, amqp: 5672, amqps: 5671, nats: 4222, kafka: 9092, memcached: 11211, elasticsearch: 9200}
const URL = new RegExp(String.raw`\b([a-z][a-z+]*):\/\/(?:[^\s@/"']*@)?(${NAME}|\[[\da-f:]+\])(?::(\d{1,5}))?(?![\w@])`, 'i')

/** How programs write whom they could not reach, the surest first. Each has groups host and port. */
const FORMS = [
  /server at "(?<host>[^"]+)"(?: \([^)]*\))?(?:, port (?<port>\d+))?/, /on host "(?<host>[^"]+)"[^]{0,60}?port (?<port>\d+)/, /for "(?<host>[^"]+)" port (?<port>\d+)/, /translate host name "(?<host>[^"]+)"/,
  /host='(?<host>[^']+)', port=(?<port>\d+)/, /(?:connect(?:ing)? to|connection to) (?<host>[\w.-]+) port (?<port>\d+)/i, /server host '(?<host>[^']+)'/, /server on '(?<host>[^':]+)(?::(?<port>\d+))?'/,
  /bad address '(?<host>[^':]+)(?::(?<port>\d+))?'/, /(?:ENOTFOUND|EAI_AGAIN) (?<host>[\w.-]+)(?::(?<port>\d+))?/, /lookup (?<host>[\w.-]+)(?: on \S+)?:/, /UnknownHostException: (?<host>[\w.-]+)/,
  /resolve (?:host(?:name)?|server|host address)?:? ?['"‘]?(?<host>[\w.-]*\w)(?::(?<port>\d+))?/i, /host not found in upstream "(?<host>[^":]+)(?::(?<port>\d+))?/, /getaddrinfo for (?<host>\S+) failed/, /can't find (?<host>[\w.-]+): NXDOMAIN/,
  /on (?<host>[\w.-]+): nxdomain/, /ECONNREFUSED (?<host>[\da-f.:]+):(?<port>\d+)/, /dial tcp (?<host>[\w.-]+):(?<port>\d+)/,
  /(?<![\w./:-])(?<host>(?!\d+:)[A-Za-z\d](?:[\w.-]*\w)?)(?:\/[\d.]+)?:(?<port>\d{2,5})(?!\w|:\S|\.\w)/, /\((?<host>\d+\.\d+\.\d+\.\d+)\)/, /(?<![\d.])(?<host>\d+\.\d+\.\d+\.\d+)(?![\d.])/,
]
/** `server.js:42` and `main.go:17` are places in a program. */
const SOURCE = /\.(?:js|mjs|cjs|ts|go|py|rb|java|kt|scala|php|c|cc|cpp|cs|rs|sh|ex|erl)$/i

/** The host, and the port where it stands there, that a message names. Of a URL and an address, the URL was what the program was given. */
export function addressIn(text: string): Address | undefined {
  const url = URL.exec(text)
  if (url) {
    const port = url[3] ?? PORTS[url[1]!.toLowerCase()]
    return {host: url[2]!.replaceAll(/[[\]]/g, ''), ...(port !== undefined && {port: Number(port)})}
  }
  for (const form of FORMS) {
    const {host, port} = form.exec(text)?.groups ?? {}
    if (host === undefined || SOURCE.test(host) || /^(?:line|at|port|error|on)$/i.test(host)) continue
    return {host: host.replace(/\.$/, ''), ...(port !== undefined && {port: Number(port)})}
  }
  return undefined
}

/** `h:5432`, or only the host where the port is not known. */
export const addressWords = ({host, port}: Address): string => port === undefined ? host : `${host}:${port}`

/** Whether DNS has answered that there is no such name, was not reached, or the words do not tell. */
export const namingFailure = (text: string): Failure =>
  /EAI_AGAIN|Temporary failure|Try again|server misbehaving|timed? ?out|:53: |no servers could be reached|\(-3\)|Error -3 /.test(text) ? 'no answer'
  : /ENOTFOUND|no such host|not known|does not resolve|NXDOMAIN|nxdomain|Unknown (?:MySQL )?server host|No such host is known/.test(text) ? 'no such name' : 'not resolved'

/**
 * Whom the container may have meant where its log does not say: the hosts in its environment (of variables that are called so) and
 * the URLs of its command. Only names of this cluster are worth a look.
 */
export function addressesOf(patient: Patient, {spec}: ContainerView): Address[] {
  const found: Address[] = []
  const variables = (spec.env ?? []).flatMap(({name, value, valueFrom}) => {
    const ref = valueFrom?.configMapKeyRef
    return [{name, value: value ?? (ref?.name === undefined ? undefined : patient.find('ConfigMap', ref.name)?.data?.[ref.key])}]
  })
  for (const {configMapRef} of spec.envFrom ?? []) {
    if (configMapRef?.name !== undefined) variables.push(...Object.entries(patient.find('ConfigMap', configMapRef.name)?.data ?? {}).map(([name, value]) => ({name, value})))
  }
  for (const {name, value = ''} of variables) {
    if (!/HOST|URL|URI|ADDR|SERVER|ENDPOINT|BROKER|DSN|UPSTREAM|CONNECTION/i.test(name)) continue
    const port = Number(variables.find(other => other.name === name.replace(/HOST(?:NAME)?|ADDR(?:ESS)?|SERVER/i, 'PORT') && other.name !== name)?.value)
    const address = URL.test(value) || /:\d+/.test(value) ? addressIn(value) : new RegExp(`^${NAME}$`).test(value) ? {host: value} : undefined
    if (address) found.push({...address, ...(address.port === undefined && port > 0 && {port})})
  }
  for (const text of [...spec.command ?? [], ...spec.args ?? []]) {
    for (const [url] of text.matchAll(new RegExp(URL, 'gi'))) found.push(addressIn(url)!)
    const [, host, port] = /\bnc (?:-\w+ (?:\d+ )?)*([\w.-]+) (\d+)/.exec(text) ?? []
    if (host !== undefined) found.push({host, port: Number(port)})
  }
  return found.filter(({host}, i) => !/[$<>]/.test(host) && found.findIndex(other => other.host === host) === i)
}
