import {logOfEnd} from './log-scan.js'
import type {Ended, Patient} from './patient.js'
import type {Evidence} from './types.js'

export interface ExecFailure {
  container: Ended
  /** As far as the words name it. */
  program: string | undefined
  /** The kernel's words, in lower case: `no such file or directory`. */
  why: string
  evidence: Evidence[]
}

/**
 * The runtime found the program and handed over to it, but the kernel would not execute it. That is too late for the status: it stands in the
 * container's own log as its only line, and the exit code is 1 (runc 1.1), 255 (runc 1.2 and later) or 127 and 126 (crun). runc: `exec /run.sh: exec format error`, before 1.1
 * `standard_init_linux.go:228: exec user process caused: exec format error`; crun: `{"msg":"exec container process `/run.sh`: Exec format
 * error","level":"error"}`, for a missing file with `(missing dynamic library?)` in it. A shell that cannot execute something writes its own name first.
 */
const RUNC = /^exec (\/\S+): ([a-z ]+)$/
const OLD = /^standard_init_linux\.go:\d+: exec user process caused:? "?([a-z ]+)"?$/
const CRUN = /exec container process (?:\(missing dynamic library\?\) )?`([^`]*)`: ([A-Za-z ]+)/

export function execFailures(patient: Patient): ExecFailure[] {
  return patient.ended.flatMap((container): ExecFailure[] => {
    if (container.ended.exitCode === 0 || container.ended.exitCode === 137) return []
    const log = logOfEnd(patient, container)
    const lines = log?.text.split('\n') ?? []
    const written = lines.filter(line => line.trim() !== '')
    const text = written[0]?.trim()
    if (!log || text === undefined || written.some(line => line.trim() !== text)) return []
    const [, program, why] = RUNC.exec(text) ?? CRUN.exec(text) ?? []
    const reason = why ?? OLD.exec(text)?.[1]
    return reason === undefined ? [] : [{
      container, program: program ?? container.spec.command?.[0], why: reason.trim().toLowerCase(),
      evidence: [patient.citeLog(log, lines.findIndex(line => line.trim() === text)), patient.cite(patient.pod, `${container.ended.path}.exitCode`)],
    }]
  })
}

/** Endings of scripts, which need a line that names their interpreter. */
export const isScript = (program: string | undefined): boolean => /\.(?:sh|bash|py|rb|pl|js|php)$/.test(program ?? '') || /(?:^|[-/])entrypoint$/.test(program ?? '')

export interface MountedFile {
  /** `ConfigMap "scripts"`. */
  from: string
  name: string
  key: string
  /** Its beginning, where the snapshot holds it. */
  firstLine: string | undefined
  evidence: Evidence[]
}

/** The program, if it is a key of a ConfigMap that is mounted into the container. */
export function mountedFile(patient: Patient, {spec}: Ended, program: string | undefined): MountedFile | undefined {
  const mount = program === undefined ? undefined : spec.volumeMounts?.find(({mountPath}) => program === mountPath || program.startsWith(`${mountPath.replace(/\/$/, '')}/`))
  const source = patient.pod.spec?.volumes?.find(({name}) => name === mount?.name)?.configMap
  if (!mount || source?.name === undefined) return undefined
  const path = mount.subPath ?? program!.slice(mount.mountPath.replace(/\/$/, '').length + 1)
  const key = source.items?.find(item => item.path === path)?.key ?? path
  const text = patient.find('ConfigMap', source.name)?.data?.[key]
  const [firstLine] = text?.split('\n') ?? []
  return {from: `ConfigMap "${source.name}"`, name: source.name, key, firstLine: text === undefined ? undefined : firstLine ?? '',
    evidence: text === undefined ? [] : [{object: {kind: 'ConfigMap', name: source.name, namespace: patient.namespace}, path: `data["${key}"], first line`, value: JSON.stringify(firstLine)}]}
}
