import {isEndless} from './endless.js'
import type {Address, Failure} from './destination.js'
import type {ContainerView, Patient} from './patient.js'
import type {Evidence} from './types.js'

/** A host that a program waits for: its command or its log says so. */
export interface Waiting {
  address: Address
  failure: Failure
  evidence: Evidence[]
}

const HOST = String.raw`([a-zA-Z0-9](?:[-a-zA-Z0-9.]*[a-zA-Z0-9])?)`
const OPTIONS = String.raw`(?:\s+(?:-[a-zA-Z]*[wGi]\s*\d+|-+[-\w]+(?:=\S+)?|\+\w+))*`
/** The usual ways to wait for a host in a shell; the number is the port where the command does not name one. */
const COMMANDS: [RegExp, number?][] = [
  [new RegExp(String.raw`\b(?:nc|ncat|netcat|telnet)\b${OPTIONS}\s+["']?${HOST}["']?\s+["']?(\d{1,5})\b`, 'g')],
  [new RegExp(String.raw`\bpg_isready\b[^;|&\n]*?(?:-h|--host)[ =]["']?${HOST}["']?(?:[^;|&\n]*?(?:-p|--port)[ =](\d+))?`, 'g'), 5432],
  [new RegExp(String.raw`\b(?:mysql|mysqladmin|mariadb|mariadb-admin)\b[^;|&\n]*?(?:-h|--host)[ =]?["']?${HOST}["']?(?:[^;|&\n]*?(?:-P|--port)[ =]?(\d+))?`, 'g'), 3306],
  [new RegExp(String.raw`\bredis-cli\b[^;|&\n]*?-h ["']?${HOST}["']?(?:[^;|&\n]*?-p (\d+))?`, 'g'), 6379],
  [new RegExp(String.raw`\b(?:wait-for-it(?:\.sh)?|wait-for|wait-port|wait4x tcp|wait-on tcp:)${OPTIONS}\s*(?:(?:tcp|http)://)?${HOST}:(\d{1,5})\b`, 'g')],
  [new RegExp(String.raw`-wait\s+tcp://${HOST}:(\d{1,5})`, 'g')],
  [new RegExp(String.raw`/dev/tcp/${HOST}/(\d{1,5})`, 'g')],
  [new RegExp(String.raw`create_connection\(\(\s*["']${HOST}["'],\s*(\d{1,5})`, 'g')],
  [new RegExp(String.raw`\bhttps://${HOST}(?::(\d{1,5}))?`, 'g'), 443], [new RegExp(String.raw`\bhttp://${HOST}(?::(\d{1,5}))?`, 'g'), 80],
  [new RegExp(String.raw`\b(?:nslookup|getent (?:ahosts|hosts)|dig|host|ping)\b${OPTIONS}\s+["']?${HOST}(?=["'\s;]|$)`, 'g')],
]
/** What such programs write. */
const WORDS = new RegExp(String.raw`\b(?:waiting (?:for|on)|wait for|still waiting for|cannot reach|can't reach)\s+(?:the\s+)?(?:service\s+|host\s+)?["'\x60]?(?:\w+://)?${HOST}(?::(\d{1,5}))?["'\x60]?`, 'i')

/** The hosts that a container waits for, those of its command first. */
export function waitedFor(patient: Patient, container: ContainerView): Waiting[] {
  const {spec, specPath} = container
  const script = expanded(patient, container)
  const log = patient.log(container, {previous: false})
  const lines = log?.text.trimEnd().split('\n') ?? []
  const found: Waiting[] = []
  const add = (host: string, port: string | undefined, usual: number | undefined, evidence: Evidence[]) => {
    if (/^(?:the|a|an|it|to|for|service|database|server|\d+|\d+s)$/i.test(host) && evidence.length > 0 && evidence.every(fact => 'line' in fact) && port === undefined) return
    if (found.some(({address}) => address.host === host && (port === undefined || address.port === undefined || address.port === Number(port)))) return
    const quoted = lines.findLastIndex(line => line.includes(host.split('.')[0]!))
    found.push({address: {host, port: port === undefined ? usual : Number(port)}, failure: failureOf(lines.slice(-6).join('\n')), evidence: [...evidence, ...(log && quoted >= 0 && !evidence.some(fact => 'line' in fact) ? [patient.citeLog(log, quoted)] : [])]})
  }
  const where = (['command', 'args'] as const).flatMap(at => patient.citeIfPresent(patient.pod, `${specPath}.${at}`))
  for (const [pattern, usual] of COMMANDS) for (const [, host = '', port] of script.matchAll(pattern)) add(host, port, usual, where)
  const line = lines.findLastIndex(text => WORDS.test(text))
  if (log && line >= 0 && found.length === 0 && !isEndless(spec)) {
    const [, host = '', port] = WORDS.exec(lines[line]!) ?? []
    add(host, port, undefined, [patient.citeLog(log, line)])
  }
  return found
}

/** The command of a container with the variables that its specification and ConfigMaps give it. */
export function expanded(patient: Patient, {spec}: ContainerView): string {
  const values = new Map<string, string>()
  for (const {configMapRef, prefix = ''} of spec.envFrom ?? []) {
    for (const [key, value] of Object.entries((configMapRef?.name === undefined ? undefined : patient.find('ConfigMap', configMapRef.name))?.data ?? {})) values.set(`${prefix}${key}`, value)
  }
  for (const {name, value, valueFrom} of spec.env ?? []) {
    const ref = valueFrom?.configMapKeyRef
    const known = value ?? (valueFrom?.fieldRef?.fieldPath === 'metadata.namespace' ? patient.namespace : ref?.name === undefined ? undefined : patient.find('ConfigMap', ref.name)?.data?.[ref.key])
    if (known !== undefined) values.set(name, known)
  }
  return [...spec.command ?? [], ...spec.args ?? []].join(' ')
    .replaceAll(/\$\(cat \/var\/run\/secrets\/kubernetes\.io\/serviceaccount\/namespace\)/g, patient.namespace)
    .replaceAll(/\$(?:\{(\w+)(?::?-([^}]*))?\}|\((\w+)\)|(\w+))/g, (whole, braced: string | undefined, fallback: string | undefined, round: string | undefined, bare: string | undefined) =>
      values.get(braced ?? round ?? bare ?? '') ?? fallback ?? whole)
}

/** How the tries end, by the words of busybox, glibc, Go and the clients of databases. */
function failureOf(words: string): Failure {
  if (/NXDOMAIN|Name or service not known|no such host|Name does not resolve|can't find/i.test(words)) return 'no such name'
  if (/bad address|could not translate host name|can't resolve|could not resolve|EAI_AGAIN|Temporary failure in name resolution/i.test(words)) return 'not resolved'
  if (/connection timed out; no servers|no servers could be reached/i.test(words)) return 'no answer'
  if (/connection refused/i.test(words)) return 'refused'
  return /timed out|timeout/i.test(words) ? 'timed out' : 'waiting'
}
