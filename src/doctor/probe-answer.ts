import type {FailingProbe} from './failing-probe.js'
import type {Patient} from './patient.js'
import type {Evidence, Log} from './types.js'

/** The kubelet's words for an answer outside of 200 to 399 (pkg/probe/http). */
const STATUS_CODE = /^HTTP probe failed with statuscode: (\d{3})$/

export interface Answer {
  code: number
  evidence: Evidence[]
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
  return logged && logged.code >= 400 ? {code: logged.code, evidence: quoted} : undefined
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
