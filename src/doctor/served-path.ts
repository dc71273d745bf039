import type {Pod} from '../kube/types.js'
import {scoreOf, STRONG} from './near-miss.js'
import {passing} from './passing-probe.js'
import type {ContainerView, Patient} from './patient.js'
import {answers} from './probe-answer.js'
import {PROBES, type Probe, type ProbeField} from './probes.js'
import {containerBefore, previousRevision} from './revisions.js'
import {basename, serverTexts} from './server-text.js'
import type {Evidence} from './types.js'

/** A path that the server answers, and how that is known. */
export interface ServedPath {
  path: string
  /** The end of a sentence: `its liveness probe asks /healthz and passes`. */
  why: string
  from: Evidence[]
  /** What tells of it is all that the server has, and the path that the probe asks is not among it. */
  whole?: true
}

/** What people call the paths that probes ask. */
const HEALTH = /^\/(?:[\w.-]+\/)*[\w.-]*(?:health|live|ready|readi|ping|status|alive|started|startup|probe|up)[\w.-]*\/?$/i
const PATH = /(?<![\w./:-])\/[\w.-]+(?:\/[\w.-]+)*\/?(?![\w/-])/g

/** The path that a probe should ask instead of the one that the server does not have; undefined where nothing tells. */
export function servedPath(patient: Patient, container: ContainerView, field: ProbeField, probe: Probe): ServedPath | undefined {
  const wrong = probe.httpGet?.path ?? '/'
  const works = passing(patient, container, field, probe)
  if (works) return {path: works.path, why: `${works.path}, which its ${works.of.replace('Probe', '')} probe asks, works`, from: [patient.cite(patient.pod, `${container.specPath}.${works.of}.httpGet.path`)]}
  return fromLog(patient, container, wrong) ?? fromText(patient, container, wrong) ?? fromOthers(patient, container, wrong) ?? fromImage(container, wrong)
}

function fromLog(patient: Patient, container: ContainerView, wrong: string): ServedPath | undefined {
  const log = patient.log(container, {previous: false})
  if (!log) return undefined
  const lines = log.text.split('\n')
  const seen = new Map<string, number>()
  for (const [line, words] of lines.entries()) for (const [path] of words.matchAll(PATH)) if (HEALTH.test(path) && path !== wrong && !seen.has(path)) seen.set(path, line)
  const best = choose(wrong, [...seen.keys()].filter(path => answers(log, path).every(({code}) => code < 400)))
  return best === undefined ? undefined : {path: best, why: answers(log, best).length > 0 ? `by its log it answers ${best}` : `its log speaks of ${best}`, from: [patient.citeLog(log, seen.get(best)!)]}
}

/** Its command, its environment and the configuration that is mounted into it. */
function fromText(patient: Patient, container: ContainerView, wrong: string): ServedPath | undefined {
  const texts = serverTexts(patient, container)
  if (texts.some(({text}) => [...text.matchAll(PATH)].some(([path]) => path === wrong))) return undefined
  const found = new Map<string, {where: string, from: Evidence[]}>()
  for (const {text, root, where, from} of texts) {
    for (const [path] of text.matchAll(PATH)) {
      const served = root !== undefined && path.startsWith(`${root}/`) ? path.slice(root.length) : path
      if (HEALTH.test(served) && served !== wrong && !(root !== undefined && served === path && /^\/(?:tmp|var|usr|etc|www)\//.test(path)) && !found.has(served)) found.set(served, {where, from})
    }
  }
  const best = choose(wrong, [...found.keys()])
  return best === undefined ? undefined : {path: best, why: `${found.get(best)!.where} has ${best}`, from: found.get(best)!.from, whole: true}
}

/** The revision before, and other pods of the same image: what they ask works where they are ready. */
function fromOthers(patient: Patient, {name, spec}: ContainerView, wrong: string): ServedPath | undefined {
  const before = containerBefore(patient, name)
  const set = previousRevision(patient)
  const old = PROBES.map(field => before?.[field]?.httpGet?.path).find(path => path !== undefined && path !== wrong)
  if (set && old !== undefined && (set.set.status?.readyReplicas ?? 0) > 0) {
    return {path: old, why: `revision ${set.revision}, which is ready, asks ${old}`, from: [patient.cite(set.set, 'status.readyReplicas')]}
  }
  for (const pod of patient.cluster.held('Pod', patient.namespace) as Pod[]) {
    for (const [i, other] of (pod.spec?.containers ?? []).entries()) {
      const ready = pod.status?.containerStatuses?.find(status => status.name === other.name)?.ready
      const path = other.readinessProbe?.httpGet?.path
      if (ready && spec.image !== '' && other.image === spec.image && path !== undefined && path !== wrong) {
        return {path, why: `pod "${pod.metadata?.name}" of the same image is ready with ${path}`, from: [patient.cite(pod, `spec.containers[${i}].readinessProbe.httpGet.path`)]}
      }
    }
  }
  return undefined
}

/** These servers, as they come, have a start page and nothing else. */
function fromImage({spec}: ContainerView, wrong: string): ServedPath | undefined {
  const plain = (spec.volumeMounts ?? []).every(({mountPath}) => mountPath.startsWith('/var/run/secrets/')) && !spec.command && !spec.args
  const server = /^(?:nginx|httpd|caddy)$/.exec(basename(spec.image ?? ''))?.[0]
  return plain && server !== undefined && wrong !== '/' ? {path: '/', why: `${server} as it comes answers only /`, from: [], whole: true} : undefined
}

/** The one that was meant: the nearest, or the only one. */
function choose(wrong: string, paths: string[]): string | undefined {
  const ranked = paths.map(path => ({path, score: scoreOf(wrong, path)})).toSorted((a, b) => b.score - a.score)
  return ranked[0] && (ranked[0].score >= STRONG || ranked.length === 1) ? ranked[0].path : undefined
}
