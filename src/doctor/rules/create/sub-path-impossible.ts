import {editTemplate} from '../../fix.js'
import {nearMisses, STRONG} from '../../near-miss.js'
import type {ContainerView, Patient} from '../../patient.js'
import {some} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {manifestWord} from '../../scheduling-words.js'
import {keyedVolume, mountsOf} from '../../sub-paths.js'
import type {Symptom} from '../../types.js'

/** The kubelet as it makes a container: `missing value for POD_NAM` (subPathExpr), `failed to prepare subPath for volumeMount "m" of container "c"`, `failed to create subPath directory for …`. Reasons stand in the kubelet's log only. */
const PREPARE = /failed to (?:prepare subPath|create subPath directory) for volumeMount "([^"]+)"/
const EXPRESSION = /missing value for (\S+)/

export default defineRule({
  id: 'sub-path-impossible',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'The subPath of a mount cannot be made or resolved',
  explain: `A mount with subPath shows one file or folder of its volume. The kubelet makes a folder where there is nothing, and cannot where the volume may not be written or where a file stands in
the way. A subPathExpr may hold $(NAME) of environment variables of the same container, and each of them must have a value.`,

  * check(patient) {
    for (const container of patient.containers) {
      const symptom = container.waiting?.reason === 'CreateContainerConfigError' ? ofExpression(patient, container) ?? ofPath(patient, container) : undefined
      if (symptom) yield {...symptom, container: container.name, evidence: [patient.cite(patient.pod, `${container.statusPath}.state.waiting.message`), ...symptom.evidence]}
    }
  },
})

function ofExpression(patient: Patient, container: ContainerView): Symptom | undefined {
  const variable = EXPRESSION.exec(container.waiting?.message ?? '')?.[1]
  const mount = mountsOf(container).find(({subPathExpr}) => variable !== undefined && subPathExpr?.includes(`$(${variable})`))
  if (!mount || variable === undefined) return undefined
  const names = (container.spec.env ?? []).map(({name}) => name)
  const [near] = nearMisses(variable, names)
  const meant = near && near.score >= STRONG ? near.name : undefined
  const change = meant === undefined ? undefined : editTemplate(patient, [{path: `${mount.editPath}.subPathExpr`, to: mount.subPathExpr!.replaceAll(`$(${variable})`, `$(${meant})`)}])
  return {
    summary: `subPathExpr ${mount.subPathExpr} of volume "${mount.name}" in container "${container.name}" needs environment variable ${variable}, which the container does not have${meant === undefined ? '' : `; it has ${meant}`}.`,
    evidence: [patient.cite(patient.pod, `${mount.path}.subPathExpr`)], culprit: {...patient.owner.ref, part: `${container.name} ${variable}`},
    fixes: [...(meant === undefined ? [] : [{action: `Name $(${meant}) in the subPathExpr, in ${manifestWord(patient)}`, ...change}]), {action: `Give container "${container.name}" environment variable ${variable}`}],
  }
}

function ofPath(patient: Patient, container: ContainerView): Symptom | undefined {
  const volume = PREPARE.exec(container.waiting?.message ?? '')?.[1]
  const mount = mountsOf(container).find(({name, subPath}) => name === volume && subPath !== undefined)
  if (!mount) return undefined
  const keyed = keyedVolume(patient, mount)
  const file = keyed?.files?.find(name => mount.subPath!.startsWith(`${name}/`))
  const why = file !== undefined ? `: "${file}" is a key of ${keyed!.word} and thus a file, with nothing below it` : keyed?.files ? `: ${keyed.word} has ${some(keyed.files, 5) || 'no keys'}, and nothing can be made in it` : ''
  const change = file === undefined ? undefined : editTemplate(patient, [{path: `${mount.editPath}.subPath`, to: file}])
  return {
    summary: `subPath ${mount.subPath} of volume "${mount.name}" in container "${container.name}" cannot be mounted on ${mount.mountPath}${why}.`,
    evidence: [patient.cite(patient.pod, `${mount.path}.subPath`), ...keyed?.evidence ?? []], culprit: {...patient.owner.ref, part: `${container.name} ${mount.name}`},
    fixes: file === undefined ? [] : [{action: `Name subPath ${file} in ${manifestWord(patient)}`, ...change}],
  }
}
