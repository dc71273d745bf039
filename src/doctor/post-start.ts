import type {Container} from '../kube/types.js'
import type {ContainerView, Patient} from './patient.js'
import {plainWords} from './runtime-words.js'
import {stoppedFor} from './stopped.js'
import type {Evidence} from './types.js'

export interface HookFailure {
  /** What went wrong, as the end of a sentence; empty where the words are gone. */
  why: string
  evidence: Evidence[]
  /** Nothing says it but the spec and the way in which the container ended. */
  likely: boolean
}

type Hook = NonNullable<NonNullable<Container['lifecycle']>['postStart']>

/** `sh -c /warmup.sh`, `GET /warm on port 9999`. */
export const hookWords = ({exec, httpGet, sleep}: Hook): string => exec ? (exec.command ?? []).join(' ')
  : httpGet ? `GET ${httpGet.path ?? '/'} on port ${httpGet.port ?? '(none)'}` : sleep ? `sleep ${sleep.seconds}` : 'of an unknown kind'

/**
 * How the postStart hook of a container failed. The kubelet (lifecycle/handlers.go) puts its words into the status for one try only, and then waits in
 * CrashLoopBackOff, where a Normal event `Killing` with the message `FailedPostStartHook` is left. When that is gone too, a container
 * with such a hook that is killed again and again, and has no probe that could have asked for it, was most likely killed for its hook.
 */
export function hookFailureOf(patient: Patient, container: ContainerView): HookFailure | undefined {
  const {waiting, ended, spec, statusPath, status} = container
  if (!spec.lifecycle?.postStart) return undefined
  if (waiting?.reason === 'PostStartHookError') {
    return {why: reasonIn(waiting.message), likely: false, evidence: [patient.cite(patient.pod, `${statusPath}.state.waiting.reason`), ...patient.citeIfPresent(patient.pod, `${statusPath}.state.waiting.message`)]}
  }
  if (!ended || container.well || patient.pod.metadata?.deletionTimestamp !== undefined) return undefined
  const end = [...patient.citeIfPresent(patient.pod, `${ended.path}.reason`), patient.cite(patient.pod, `${ended.path}.exitCode`)]
  const stop = stoppedFor(patient, {...container, ended})
  if (stop) return stop.reason === 'postStart hook' ? {why: '', evidence: [stop.evidence, ...end], likely: false} : undefined
  // A runtime that could not execute the program, the kernel and the eviction have reasons of their own.
  const killed = ended.exitCode === 137 && ended.reason === 'Error' && patient.pod.status?.phase === 'Running'
  const probed = spec.livenessProbe !== undefined || spec.startupProbe !== undefined
  return killed && !probed && !status?.state?.running ? {why: '', evidence: end, likely: true} : undefined
}

/** Of `Exec lifecycle hook ([sh -c …]) for Container "api" in Pod "…" failed - error: command 'sh -c …' exited with 127: sh: /warmup.sh: not found`. */
function reasonIn(message: string): string {
  const words = plainWords(message).replace(/^(?:Exec|HTTP|Http|Sleep) lifecycle hook .*? failed - error: /s, '')
  const [, code, output = ''] = /^command '.*' exited with (\d+): ?(.*)$/s.exec(words) ?? []
  if (code !== undefined) return `exits with code ${code}${output.trim() ? `: ${output.trim()}` : ''}`
  const program = /exec: "([^"]*)": (?:executable file not found|stat \S+: no such file)/.exec(words)?.[1]
  if (program !== undefined) return `needs "${program}", which is not in the image`
  const request = /^Get "([^"]*)": (?:dial tcp \S+: (?:connect: )?)?(.*)$/s.exec(words)
  if (request) return `gets no answer: ${request[2]!.trim()}`
  return words === '' ? '' : `fails: ${words}`
}
