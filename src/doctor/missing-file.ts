import type {Said} from './complaint.js'
import {editTemplate, wordOf} from './fix.js'
import {nearMisses, STRONG} from './near-miss.js'
import type {Ended, Patient} from './patient.js'
import {mountAt, pathIn, type Mounted} from './path-in-container.js'
import {keysOf} from './references.js'
import type {Symptom} from './types.js'

type Missing = Pick<Symptom, 'evidence' | 'fixes' | 'culprit' | 'likely'> & {words: string}

/** Why a file is not there, as far as the pod's volumes tell; undefined where nothing about it is known. */
export function missingFile(patient: Patient, container: Ended, {raw, around, groups}: Said): Missing | undefined {
  const path = [groups['module'], pathIn(raw), pathIn(around)].find(found => found?.startsWith('/'))
  const module = /jarfile|Could not open input file|The module \S+ was not found/.test(raw) ? groups['module'] : undefined
  if (path === undefined) return module === undefined ? undefined : notInWorkingDir(patient, container, module)
  const on = mountAt(patient, container, path)
  if (on) return on.volume.configMap ?? on.volume.secret ? notAKey(patient, container, path, on) : hidden(patient, container, path, on)
  return mountedElsewhere(patient, container, path) ?? (path.slice(0, path.lastIndexOf('/')) === container.spec.workingDir ? notInWorkingDir(patient, container, path.split('/').at(-1)!) : undefined)
}

/** What is named without a folder is looked for in the working directory, which the spec has set in place of the image's. */
function notInWorkingDir(patient: Patient, {name, spec: {workingDir}, specPath}: Ended, file: string): Missing | undefined {
  return workingDir === undefined ? undefined : {
    words: `it looks for ${file} in its workingDir ${workingDir}, where it is not`, evidence: [patient.cite(patient.pod, `${specPath}.workingDir`)], likely: true,
    culprit: {...patient.owner.ref, part: `${name} workingDir`},
    fixes: [{action: `Set workingDir of container "${name}" to the folder that has ${file}, or leave it out, so that the one of the image holds, in ${wordOf(patient.owner.ref)}`}],
  }
}

/** The volume has a file for each key: the key is called otherwise. */
function notAKey(patient: Patient, {editPath, specPath, spec, name: container}: Ended, path: string, {volume, mount, mountPath, words, evidence}: Mounted): Missing | undefined {
  const source = volume.configMap ?? volume.secret
  const kind = volume.configMap ? 'ConfigMap' : 'Secret'
  const name = volume.configMap?.name ?? volume.secret?.secretName ?? ''
  const object = patient.find(kind, name)
  const culprit = {kind, namespace: patient.namespace, name, part: path}
  if (object === undefined) return undefined
  if (object === null) {
    return source?.optional ? {words: `${mountPath} is empty: ${kind} "${name}" does not exist, and volume "${volume.name}" says that it is optional`, evidence: [...evidence, patient.citeAbsence(kind, name)], fixes: [{action: `Create ${kind} "${name}" with key "${path.split('/').at(-1)}"`}], culprit} : undefined
  }
  const items = source?.items
  const files = items?.length ? items.map(({path}) => path) : keysOf(object)
  const relative = mount.subPath !== undefined ? mount.subPath : path.slice(mountPath.replace(/\/$/, '').length + 1)
  if (mount.subPath !== undefined) {
    const index = (spec.volumeMounts ?? []).indexOf(mount)
    if (files.includes(mount.subPath)) return undefined
    return {words: `subPath "${mount.subPath}" is no key of ${kind} "${name}", so ${mountPath} is an empty folder; it has ${files.join(', ')}`, evidence: [patient.cite(patient.pod, `${specPath}.volumeMounts[${index}]`), ...patient.citeKeys(object)], culprit,
      fixes: files.length === 1 ? [{action: `Set subPath to ${files[0]}`, ...editTemplate(patient, [{path: `${editPath}.volumeMounts[${mountPath}].subPath`, to: files[0]}])}] : []}
  }
  if (files.includes(relative)) return undefined
  const near = nearMisses(relative, files).find(({score}) => score >= STRONG)?.name ?? (files.length === 1 && files[0]!.split('.').at(-1) === relative.split('.').at(-1) ? files[0] : undefined)
  const key = near === undefined ? undefined : items?.find(item => item.path === near)?.key ?? near
  const at = volume.configMap ? 'configMap' : 'secret'
  const all = items?.length ? items.map(item => item.path === near ? {...item, path: relative} : item) : keysOf(object).map(other => ({key: other, path: other === key ? relative : other}))
  return {
    words: `${mountPath} holds ${words}, which has ${files.length === 0 ? 'no keys' : `the ${files.length === 1 ? 'file' : 'files'} ${files.slice(0, 5).map(file => `"${file}"`).join(', ')}`}${items?.length ? ' (items)' : ''}, and not "${relative}"`,
    evidence: [...evidence, ...patient.citeKeys(object)], culprit,
    fixes: key === undefined ? [{action: `Add key "${relative}" to ${kind} "${name}", or let container "${container}" open ${files.length === 1 ? `${mountPath}/${files[0]}` : 'a file that is there'}`}]
      : [{action: `Mount key "${key}" as ${relative}`, ...editTemplate(patient, [{path: `volumes[${volume.name}].${at}.items`, to: all}])}],
  }
}

/** A volume that is empty, or holds data, lies over the folder of the image. */
function hidden(patient: Patient, {name}: Ended, path: string, {mountPath, words, evidence, volume}: Mounted): Missing | undefined {
  if (!volume.emptyDir && !volume.persistentVolumeClaim && !volume.hostPath) return undefined
  return {
    words: `${mountPath} is ${words}, which hides what the image has there, and has no ${path.slice(mountPath.replace(/\/$/, '').length + 1)}`, evidence,
    culprit: {...patient.owner.ref, part: `${name} ${mountPath}`}, likely: true,
    fixes: [{action: `Mount volume "${volume.name}" at another folder than ${mountPath}, or put ${path} into it, in ${wordOf(patient.owner.ref)}`}],
  }
}

/** Nothing is mounted there, and a volume of the pod has a file of that name: it is mounted at another folder, or not in this container. */
function mountedElsewhere(patient: Patient, {name: container, spec, editPath}: Ended, path: string): Missing | undefined {
  const file = path.split('/').at(-1)!
  const folder = path.slice(0, -file.length - 1) || '/'
  for (const volume of patient.pod.spec?.volumes ?? []) {
    const name = volume.configMap?.name ?? volume.secret?.secretName
    const kind = volume.configMap ? 'ConfigMap' : 'Secret'
    const object = name === undefined ? undefined : patient.find(kind, name)
    const files = (volume.configMap ?? volume.secret)?.items?.map(({path}) => path) ?? (object ? keysOf(object) : [])
    if (!object || !files.includes(file)) continue
    const mount = spec.volumeMounts?.find(mount => mount.name === volume.name && mount.subPath === undefined)
    return {
      words: mount ? `nothing is mounted at ${folder}; ${kind} "${name}", which has "${file}", is mounted at ${mount.mountPath}` : `nothing is mounted at ${folder}; volume "${volume.name}" of ${kind} "${name}", which has "${file}", is not mounted in this container`,
      evidence: [patient.cite(patient.pod, `spec.volumes[${patient.pod.spec!.volumes!.indexOf(volume)}]`), ...patient.citeKeys(object)], culprit: {...patient.owner.ref, part: `${container} ${path}`},
      fixes: [{action: `Mount volume "${volume.name}" at ${folder}`, ...editTemplate(patient, [mount ? {path: `${editPath}.volumeMounts[${mount.mountPath}].mountPath`, to: folder}
        : {path: `${editPath}.volumeMounts`, append: {name: volume.name, mountPath: folder}}])}],
    }
  }
  const maps = (patient.list('ConfigMap', {namespace: patient.namespace, metadataOnly: true}) ?? []).filter(map => keysOf(map).includes(file))
  const [map] = maps
  return maps.length !== 1 || !map ? undefined : {
    words: `nothing is mounted at ${folder}; ConfigMap "${map.metadata?.name}" has a key "${file}", and no volume of the pod takes it`, evidence: patient.citeKeys(map), likely: true,
    culprit: {...patient.owner.ref, part: `${container} ${path}`}, fixes: [{action: `Add a volume of ConfigMap "${map.metadata?.name}" and mount it at ${folder}`}],
  }
}
