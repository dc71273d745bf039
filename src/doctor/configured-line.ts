import type {ContainerView, Patient} from './patient.js'
import {mountAt} from './path-in-container.js'
import type {Evidence} from './types.js'

/** The line of a ConfigMap's key that a program complains of. */
export interface ConfiguredLine {
  map: string
  key: string
  /** Counted from 1; undefined where the program names none. */
  line: number | undefined
  text: string | undefined
  evidence: Evidence[]
}

/** `F:3`, `yaml: line 12:`, `in F line 4`, `at line 2 column 5`: the file and line that a parser names, and what the ConfigMap that is mounted there has in it. */
export function configuredLine(patient: Patient, container: ContainerView, words: string): ConfiguredLine | undefined {
  const path = /(?:^|[\s"'(=])(\/[\w./-]+\.\w+)(?::(\d+))?/.exec(words)
  const line = Number(path?.[2] ?? /\bline:? (\d+)/i.exec(words)?.[1] ?? Number.NaN)
  const on = path?.[1] === undefined ? onlyConfig(patient, container) : mountAt(patient, container, path[1])
  const name = on?.volume.configMap?.name
  const map = name === undefined ? undefined : patient.find('ConfigMap', name)
  if (!on || !map || name === undefined) return undefined
  const relative = on.mount.subPath ?? (path?.[1] ?? '').slice(on.mountPath.replace(/\/$/, '').length + 1)
  const items = on.volume.configMap?.items
  const keys = items?.map(({key}) => key) ?? Object.keys(map.data ?? {})
  const key = items?.find(item => item.path === relative)?.key ?? (keys.includes(relative) ? relative : keys.length === 1 ? keys[0] : undefined)
  const value = key === undefined ? undefined : map.data?.[key]
  if (key === undefined || value === undefined) return undefined
  const text = Number.isNaN(line) ? undefined : value.split('\n')[line - 1]?.trim()
  const whole = patient.cite(map, `data["${key}"]`)
  return {map: name, key, line: text === undefined ? undefined : line, text, evidence: ['value' in whole && text !== undefined ? {...whole, value: text} : patient.citeKeys(map)[0]!]}
}

/** The one ConfigMap that is mounted as a folder or file, where the program names no path. */
function onlyConfig(patient: Patient, container: ContainerView) {
  const mounts = (container.spec.volumeMounts ?? []).flatMap(({mountPath}) => mountAt(patient, container, mountPath) ?? []).filter(({volume}) => volume.configMap)
  return mounts.length === 1 ? mounts[0] : undefined
}
