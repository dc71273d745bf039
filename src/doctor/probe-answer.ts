import type {FailingProbe} from './failing-probe.js'
import type {Patient} from './patient.js'
import {serverTexts} from './server-text.js'
import type {Evidence, Log} from './types.js'

/** The kubelet's words for an answer outside of 200 to 399 (pkg/probe/http). */
const STATUS_CODE = /^HTTP probe failed with statuscode: (\d{3})$/

export interface Answer {
  code: number
  evidence: Evidence[]
  /** Nobody has said so: it is the only error that the program's own text knows. */
  guess?: true
}

/** The status code that the server gave to a probe: in the kubelet's words, else in the server's log. */
export function answerTo(patient: Patient, {container, probe, words, failure, killed}: FailingProbe): Answer | undefined {
  const path = probe.httpGet && (probe.httpGet.path ?? '/')
  if (path === undefined) return undefined
  const said = STATUS_CODE.exec(words ?? '')?.[1]
  if (failure && said === undefined) return undefined
  const log = patient.log(container, {previous: killed && container.ended?.previous === true}) ?? patient.log(container, {previous: false})
  const logged = log ? answers(log, path).at(-1) : undefined
  const quoted = log && logged ? [patient.citeLog(log, logged.line)] : []
  if (said !== undefined) return {code: Number(said), evidence: logged?.code === Number(said) ? quoted : []}
  if (logged) return logged.code >= 400 ? {code: logged.code, evidence: quoted} : undefined
  return killed ? undefined : scripted(patient, container, path)
}

/** What a small server that stands in the command or in a ConfigMap can answer: `Status: 503`, `HTTP/1.1 404 Not Found`, `send_response(500)`, nginx `return 503`. */
function scripted(patient: Patient, container: FailingProbe['container'], path: string): Answer | undefined {
  const texts = serverTexts(patient, container)
  const codes = texts.flatMap(({text, from}) => [...text.matchAll(/(?:\bStatus: |\bHTTP\/1\.[01] |\bsend_response\(|\breturn )([1-5]\d\d)\b/g)].map(([, code]) => ({code: Number(code), from})))
  const [only, ...more] = codes.filter(({code}, i) => codes.findIndex(other => other.code === code) === i)
  // One that can also answer well tells nothing, but for a path that it does not know.
  const absent = only?.code === 404 && !texts.some(({text}) => text.includes(path))
  return only && only.code >= 400 && more.length === 0 && (only.code !== 404 || absent) ? {code: only.code, evidence: only.from, guess: true} : undefined
}

/** The answers to requests for a path in the usual forms of access logs: combined and its kin, gin's, JSON; busybox httpd names no path. */
export function answers({text}: Log, path: string): {code: number, line: number}[] {
  const escaped = path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  const forms = [
    new RegExp(String.raw`\b(?:GET|HEAD)\s+"?${escaped}(?:\?[^\s"]*)?(?=[\s"]).*?[\s"=:]([2-5]\d\d)(?![\w.])`),
    new RegExp(String.raw`\|\s*([2-5]\d\d)\s*\|.*\b(?:GET|HEAD)\s+"${escaped}"`),
    new RegExp(String.raw`(?=.*"(?:path|uri|url|request_uri)":\s*"${escaped}").*"(?:status|status_?code|code)":\s*"?([2-5]\d\d)\b`, 'i'),
  ]
  const lines = text.split('\n')
  const found = lines.flatMap((words, line) => {
    const code = forms.map(form => form.exec(words)?.[1]).find(Boolean)
    return code === undefined ? [] : [{code: Number(code), line}]
  })
  if (found.length > 0) return found
  const bare = lines.flatMap((words, line) => {
    const code = /: response:([2-5]\d\d)$/.exec(words.trim())?.[1]
    return code === undefined ? [] : [{code: Number(code), line}]
  })
  return new Set(bare.map(({code}) => code)).size === 1 ? bare : []
}
