import type {KubeObject, Pod} from '../kube/types.js'
import {refOf} from './cite.js'
import {containersOf, type ContainerView} from './container.js'
import {isFrozen, isPastDeletion} from './deletion.js'
import {kindKey} from './kind.js'
import type {State} from './types.js'

/**
 * From a pod's own status to sound or sick, without any other read. Sound is a proof: every container is well, and no
 * condition speaks against the pod. `now` is in milliseconds since 1970. With `only`, the other containers are left out.
 */
export function stateOfPod(pod: Pod, now: number, only?: string): State {
  const {status = {}, metadata = {}} = pod
  const facts: string[] = []
  const containers = containersOf(pod, now).filter(({name}) => only === undefined || name === only)
  const overdue = isPastDeletion(pod, now)
  const lost = status.conditions?.find(({type, status, reason}) => type === 'DisruptionTarget' && status === 'True' && /^Deletion/.test(reason ?? ''))
  const leaving = metadata.deletionTimestamp !== undefined && !overdue && !lost && !isFrozen(pod, now)
  if (lost && !overdue) facts.push(`being deleted: ${lost.reason}: ${lost.message ?? ''}`)
  if (overdue) facts.push(`being deleted since ${metadata.deletionTimestamp}, its grace period is over`)
  if (status.phase === 'Failed') facts.push(`failed${status.reason ? `: ${status.reason}` : ''}${status.message ? `: ${status.message}` : ''}`)
  if (status.phase !== 'Succeeded') {
    for (const condition of status.conditions ?? []) {
      if (condition.type === 'PodScheduled' && condition.status === 'False') facts.push(`not scheduled${condition.message || condition.reason ? `: ${condition.message ?? condition.reason}` : ''}`)
    }
    for (const container of containers) facts.push(...factsOf(container, now))
    const unready = status.conditions?.find(({type}) => type === 'Ready')
    const enough = only !== undefined && containers.every(({well}) => well)
    if (facts.length === 0 && !enough && status.phase !== 'Running') facts.push(`is ${status.phase ?? 'Pending'} and says nothing about its containers`)
    if (facts.length === 0 && !enough && unready?.status !== 'True' && !containers.every(({status}) => status?.state?.terminated)) {
      facts.push(`every container is ready, but the pod is not${unready?.message ? `: ${unready.message}` : ''}`)
    }
  }
  const controller = metadata.ownerReferences?.find(({controller}) => controller)
  const since = (['Ready', 'PodScheduled'] as const).map(wanted => status.conditions?.find(({type}) => type === wanted)?.lastTransitionTime).find(Boolean)
    ?? metadata.creationTimestamp
  return {
    object: refOf(pod), condition: facts.length === 0 || leaving ? 'sound' : 'sick', facts: leaving ? [] : facts,
    status: statusOf(pod), ...(since !== undefined && {since}),
    ...(controller && {owner: {kind: kindKey(controller.kind, controller.apiVersion), name: controller.name, namespace: metadata.namespace ?? 'default'}}),
  }
}

/** What speaks against one container, in words. */
function factsOf({name, role, well, waiting, ended, status}: ContainerView, now: number): string[] {
  if (well) return []
  const who = `${role === 'main' ? '' : `${role} `}container "${name}"`
  const end = ended && `${ended.reason || 'ended'}, exit code ${ended.exitCode}`
  if (waiting) {
    // Later containers wait for the init containers: that is no fault of theirs.
    if (waiting.reason === 'PodInitializing' || (waiting.reason === 'ContainerCreating' && role !== 'main')) return []
    return [`${who} waits: ${waiting.reason}${waiting.message ? `: ${waiting.message}` : ''}`, ...(end ? [`${who} ended last with ${end}`] : [])]
  }
  if (status?.state?.terminated) return [`${who} is down${end ? `: ${end}` : ''}`]
  if (status?.state?.running) {
    if (role === 'init') return [`${who} is still running`]
    if (status.ready && end) return [`${who} has restarted ${times(status.restartCount)}, last with ${end}`]
    if (role === 'sidecar' && status.started === false) return [`${who} runs, but has not started up`]
    return [`${who} runs, but is not ready${end ? `; it has restarted ${times(status.restartCount)}, last with ${end}` : ` for ${age(status.state.running.startedAt, now)}`}`]
  }
  return []
}

const times = (count: number) => count === 1 ? 'once' : `${count} times`

/** A duration as kubectl prints ages: the largest unit, and the next while that is small. */
export function age(since: string | undefined, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(since ?? '')) / 1000))
  if (Number.isNaN(seconds)) return '<unknown>'
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86400)]
  if (seconds < 120) return `${seconds}s`
  if (minutes < 10) return `${minutes}m${seconds % 60 ? `${seconds % 60}s` : ''}`
  if (hours < 3) return `${minutes}m`
  if (hours < 8) return `${hours}h${minutes % 60 ? `${minutes % 60}m` : ''}`
  if (hours < 48) return `${hours}h`
  return days < 8 && hours % 24 ? `${days}d${hours % 24}h` : `${days}d`
}

/** The STATUS column of `kubectl get pods`, after printPod in kubernetes 1.34 pkg/printers/internalversion/printers.go. */
export function statusOf({metadata, spec, status = {}}: Pod): string {
  let reason = status.reason || status.phase || 'Pending'
  if (status.conditions?.some(({type, reason}) => type === 'PodScheduled' && reason === 'SchedulingGated')) reason = 'SchedulingGated'
  const inits = status.initContainerStatuses ?? []
  const blocked = inits.findIndex(({name, started, state}) => !(state?.terminated?.exitCode === 0)
    && !(started && spec?.initContainers?.find(container => container.name === name)?.restartPolicy === 'Always'))
  if (blocked >= 0) {
    const {terminated, waiting} = inits[blocked]?.state ?? {}
    reason = terminated ? `Init:${terminated.reason || (terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? '?'}`)}`
      : waiting?.reason && waiting.reason !== 'PodInitializing' ? `Init:${waiting.reason}`
      : `Init:${blocked}/${spec?.initContainers?.length ?? inits.length}`
  }
  if (blocked < 0 || status.conditions?.some(({type, status}) => type === 'Initialized' && status === 'True')) {
    let running = false
    for (const {ready, state} of (status.containerStatuses ?? []).toReversed()) {
      if (state?.waiting?.reason) reason = state.waiting.reason
      else if (state?.terminated) reason = state.terminated.reason || (state.terminated.signal ? `Signal:${state.terminated.signal}` : `ExitCode:${state.terminated.exitCode ?? '?'}`)
      else if (ready && state?.running) running = true
    }
    if (reason === 'Completed' && running) reason = status.conditions?.some(({type, status}) => type === 'Ready' && status === 'True') ? 'Running' : 'NotReady'
  }
  if (metadata?.deletionTimestamp !== undefined) return status.reason === 'NodeLost' ? 'Unknown' : status.phase === 'Succeeded' || status.phase === 'Failed' ? reason : 'Terminating'
  return reason
}
