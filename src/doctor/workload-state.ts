import type {CronJob, DaemonSet, Deployment, Job, KubeObject, ReplicaSet, StatefulSet} from '../kube/types.js'
import {refOf} from './cite.js'
import type {State} from './types.js'

type Judged = {wanted: number, ready: number, facts: string[], status?: string}

/** From a workload's own status to sound or sick: it is sound when every pod it wants is there, is ready and is up to date. */
export function stateOfWorkload(object: KubeObject): State {
  const {wanted, ready, facts, status} = judge(object)
  return {
    object: refOf(object), condition: facts.length === 0 ? 'sound' : 'sick', facts,
    status: status ?? (facts.length === 0 && wanted === 0 ? nothingWanted(object) : `${ready}/${wanted} ready`),
    ...(object.metadata?.creationTimestamp !== undefined && {since: object.metadata.creationTimestamp}),
  }
}

const nothingWanted = ({kind}: KubeObject) => kind === 'DaemonSet' ? 'no node is selected' : 'scaled to 0'

function judge(object: KubeObject): Judged {
  switch (object.kind) {
    case 'Deployment': return judgeDeployment(object as Deployment)
    case 'StatefulSet': return judgeStatefulSet(object as StatefulSet)
    case 'DaemonSet': return judgeDaemonSet(object as DaemonSet)
    case 'ReplicaSet': return judgeReplicaSet(object as ReplicaSet)
    case 'Job': return judgeJob(object as Job)
    case 'CronJob': return judgeCronJob(object as CronJob)
    default: return judgeCustom(object)
  }
}

const behind = (object: KubeObject & {status?: {observedGeneration?: number}}) =>
  (object.metadata?.generation ?? 0) > (object.status?.observedGeneration ?? 0) ? ['its controller has not seen the last change yet'] : []

const short = (wanted: number, have: number | undefined, what: string) =>
  (have ?? 0) < wanted ? [`${have ?? 0} of ${wanted} pods ${what}`] : []

const against = (conditions: {type: string, status: string, reason?: string, message?: string}[] | undefined, bad: Record<string, string>) =>
  (conditions ?? []).filter(({type, status}) => bad[type] === status).map(({type, reason, message}) => `condition ${type}: ${reason ?? ''}${message ? `: ${message}` : ''}`)

function judgeDeployment(object: Deployment): Judged {
  const {spec, status = {}} = object
  const wanted = spec?.replicas ?? 1
  return {wanted, ready: status.readyReplicas ?? 0, facts: [
    ...against(status.conditions, {ReplicaFailure: 'True', Progressing: 'False'}),
    ...short(wanted, status.readyReplicas, 'ready'),
    ...short(wanted, status.updatedReplicas, 'of the newest revision'),
    ...(short(wanted, status.readyReplicas, '').length === 0 ? short(wanted, status.availableReplicas, 'available') : []),
    ...((status.replicas ?? 0) > wanted ? [`${status.replicas} pods exist, ${wanted} ${wanted === 1 ? 'is' : 'are'} wanted`] : []),
    ...behind(object),
  ]}
}

function judgeStatefulSet(object: StatefulSet): Judged {
  const {spec, status} = object
  const wanted = spec?.replicas ?? 1
  const rolling = spec?.updateStrategy?.type !== 'OnDelete' && !spec?.updateStrategy?.rollingUpdate?.partition
    && status?.updateRevision !== undefined && status.updateRevision !== status.currentRevision
  return {wanted, ready: status?.readyReplicas ?? 0, facts: [
    ...short(wanted, status?.readyReplicas, 'ready'), ...(spec?.podManagementPolicy === 'Parallel' || rolling ? [] : nextInLine(object, wanted)), ...(rolling ? short(wanted, status?.updatedReplicas, 'of the newest revision') : []), ...behind(object),
  ]}
}

/** A StatefulSet makes one pod after the other, each when those before it are ready. */
function nextInLine({metadata, spec, status}: StatefulSet, wanted: number): string[] {
  const {replicas: made = 0, readyReplicas: ready = 0} = status ?? {}
  const start = spec?.ordinals?.start ?? 0
  return made === 0 || made >= wanted || ready >= made ? []
    : [`${metadata?.name}-${start + made} is made only when ${made === 1 ? `${metadata?.name}-${start} is` : 'those before it are'} ready`]
}

function judgeDaemonSet(object: DaemonSet): Judged {
  const {spec, status} = object
  const wanted = status?.desiredNumberScheduled ?? 0
  return {wanted, ready: status?.numberReady ?? 0, facts: [
    ...short(wanted, status?.numberReady, 'ready'),
    ...(spec?.updateStrategy?.type === 'OnDelete' ? [] : short(wanted, status?.updatedNumberScheduled, 'of the newest revision')),
    ...behind(object),
  ]}
}

function judgeReplicaSet(object: ReplicaSet): Judged {
  const wanted = object.spec?.replicas ?? 1
  return {wanted, ready: object.status?.readyReplicas ?? 0, facts: [
    ...against(object.status?.conditions, {ReplicaFailure: 'True'}), ...short(wanted, object.status?.readyReplicas, 'ready'), ...behind(object),
  ]}
}

/** A Job is sound when it is complete, suspended, or at work: what its pods lack is said by the pods. */
function judgeJob({spec, status = {}}: Job): Judged {
  const wanted = spec?.completions ?? 1
  const done = status.succeeded ?? 0
  const failed = against(status.conditions, {Failed: 'True'})
  const complete = status.conditions?.some(({type, status}) => type === 'Complete' && status === 'True')
  const idle = !complete && failed.length === 0 && !spec?.suspend && (status.active ?? 0) === 0 && done < wanted
  return {wanted, ready: done, status: complete ? 'Complete' : failed.length > 0 ? 'Failed' : spec?.suspend ? 'suspended' : `${done}/${wanted} done`,
    facts: [...failed, ...(status.failedIndexes ? [`failed indexes: ${status.failedIndexes}`] : []), ...(idle && spec?.parallelism === 0 ? ['its parallelism is 0'] : idle ? [`none of its ${wanted === 1 ? 'one pod exists' : `${wanted} pods exist`}`] : [])]}
}

/** Conditions by which custom resources of all kinds say how they are, as `kubectl wait` and Argo CD's health checks read them. */
const GOOD = {Ready: 'False', Available: 'False', Healthy: 'False'}
const BAD = {Degraded: 'True', Failed: 'True', Stalled: 'True', InvalidSpec: 'True'}

/** An object of a kind that this program does not know: what its own conditions say. */
function judgeCustom(object: KubeObject): Judged {
  const {spec = {}, status = {}} = object as {spec?: {replicas?: number}, status?: {readyReplicas?: number, phase?: string, message?: string, conditions?: {type: string, status: string, reason?: string, message?: string}[]}}
  const {phase, message, conditions, readyReplicas} = status
  const facts = against(conditions, {...GOOD, ...BAD})
  return {wanted: spec.replicas ?? 0, ready: readyReplicas ?? 0, status: phase ?? (spec.replicas === undefined || readyReplicas === undefined ? 'no status' : `${readyReplicas ?? 0}/${spec.replicas} ready`),
    facts: facts.length === 0 && /^(?:Degraded|Failed|Error)$/i.test(phase ?? '') ? [`is ${phase}${message ? `: ${message}` : ''}`] : facts}
}

const judgeCronJob = ({spec, status}: CronJob): Judged =>
  ({wanted: 0, ready: 0, facts: [], status: spec?.suspend ? 'suspended' : `${status?.active?.length ?? 0} active`})
