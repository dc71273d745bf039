import type {Container, ContainerStatus, Pod} from '../kube/types.js'

/** How a container ended, and where the pod says so. */
export interface Termination {
  exitCode: number
  reason: string
  message: string
  /** RFC 3339. Absent where the runtime never started the program: it then reports 1970-01-01. */
  startedAt?: string
  finishedAt?: string
  /** For evidence: `status.containerStatuses[0].lastState.terminated`. */
  path: string
  /** The log of that run is the one before the present run's. */
  previous: boolean
}

export interface ContainerView {
  name: string
  /** A sidecar is an init container with `restartPolicy: Always`: it goes on running beside the others. */
  role: 'init' | 'sidecar' | 'main'
  spec: Container
  status: ContainerStatus | undefined
  /** Where the two stand in the pod, for evidence: `spec.containers[0]`, `status.containerStatuses[0]`. */
  specPath: string
  /** The same as `specPath` for a change of the template, by name: `containers[web]`. */
  editPath: string
  statusPath: string
  /**
   * Nothing is going on here: ready (or rightly completed), and not restarted for an hour, or up for much longer than the last time. Findings about such a container
   * are history. Decided here, once, for all rules.
   */
  well: boolean
  waiting: {reason: string, message: string} | undefined
  /** The last time it ended: in `state` while it is down, in `lastState` once it is up again. */
  ended: Termination | undefined
  /** Whether it would be started again after it has ended like that. */
  restarts: boolean
}

/** A restart longer ago than this is history when the container is ready. */
const LATELY_MS = 60 * 60_000

/** The containers of a pod in the order in which they start: init containers and sidecars, then the others. */
export function containersOf(pod: Pod, now: number): ContainerView[] {
  return (['initContainers', 'containers'] as const).flatMap(field => (pod.spec?.[field] ?? []).map((spec, i) => {
    const statusField = field === 'containers' ? 'containerStatuses' : 'initContainerStatuses'
    const index = pod.status?.[statusField]?.findIndex(({name}) => name === spec.name) ?? -1
    const status = index < 0 ? undefined : pod.status?.[statusField]?.[index]
    const statusPath = `status.${statusField}[${index}]`
    const role = field === 'containers' ? 'main' : spec.restartPolicy === 'Always' ? 'sidecar' : 'init'
    const restarts = role === 'sidecar' || (role === 'main' ? pod.spec?.restartPolicy ?? 'Always' : pod.spec?.restartPolicy === 'Never' ? 'Never' : 'OnFailure') === 'Always'
    const waiting = status?.state?.waiting
    return {
      name: spec.name, role, status, statusPath, restarts,
      // The API lets a template leave out the image; a pod always has one.
      spec: spec.image === undefined ? {...spec, image: ''} : spec,
      specPath: `spec.${field}[${i}]`, editPath: `${field}[${spec.name}]`,
      well: isWell(role, restarts, status, now, spec.readinessProbe !== undefined),
      waiting: waiting && {reason: waiting.reason ?? '', message: waiting.message ?? ''},
      ended: endOf(status, statusPath),
    }
  }))
}

function endOf(status: ContainerStatus | undefined, statusPath: string): Termination | undefined {
  const when = status?.state?.terminated ? 'state' as const : 'lastState' as const
  const terminated = status?.[when]?.terminated
  // A file may have lost the number; zero would be a claim.
  if (typeof terminated?.exitCode !== 'number') return undefined
  const {exitCode, reason = '', message = '', startedAt, finishedAt} = terminated
  const real = (time: string | null | undefined) => time?.startsWith('1970-') === false ? time : undefined
  return {
    exitCode, reason, message,
    ...(real(startedAt) !== undefined && {startedAt: startedAt!}),
    ...(real(finishedAt) !== undefined && {finishedAt: finishedAt!}),
    path: `${statusPath}.${when}.terminated`,
    previous: when === 'lastState',
  }
}

function isWell(role: ContainerView['role'], restarts: boolean, status: ContainerStatus | undefined, now: number, readiness: boolean): boolean {
  if (status?.state?.terminated) return !restarts && status.state.terminated.exitCode === 0
  if (!status?.state?.running) return false
  // The kubelet sets `ready` of sidecars by their readiness probe since 1.28; older ones leave it false.
  if (role === 'init' || status.started === false || (role === 'sidecar' ? readiness && !status.ready : !status.ready)) return false
  const up = Date.parse(status.state.running.startedAt ?? '')
  return !status.restartCount || Number.isNaN(up) || now - up >= LATELY_MS || hasOutlived(status, now - up)
}

/** It runs for much longer than the last time: what ended it then (a database that was not up yet) is over. One that is killed again and again never gets so far. */
function hasOutlived({lastState}: ContainerStatus, upMs: number): boolean {
  const {startedAt, finishedAt} = lastState?.terminated ?? {}
  const before = startedAt?.startsWith('1970-') ? 0 : Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')
  return upMs >= 2 * 60_000 && upMs >= 4 * before
}
