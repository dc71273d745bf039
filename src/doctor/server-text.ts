import type {ContainerView, Patient} from './patient.js'
import type {Evidence} from './types.js'

export interface ServerText {
  text: string
  /** The folder that it serves, where the text tells: busybox `httpd -h /www`, `http.server --directory /www`. */
  root: string | undefined
  /** `its command`, `ConfigMap "web-conf"`. */
  where: string
  from: Evidence[]
}

/** What a pod tells about the program of a container: its command and what is configured by ConfigMaps that are mounted into it. */
export function serverTexts(patient: Patient, {spec, specPath}: ContainerView): ServerText[] {
  const command = [...spec.command ?? [], ...spec.args ?? []].join(' ')
  const mounted = (spec.volumeMounts ?? []).flatMap(({name}) => patient.pod.spec?.volumes?.find(volume => volume.name === name)?.configMap?.name ?? [])
  const maps = [...new Set(mounted)].flatMap((name): ServerText[] => {
    const map = patient.find('ConfigMap', name)
    return map?.data ? [{text: Object.values(map.data).join('\n'), root: undefined, where: `ConfigMap "${name}"`, from: patient.citeKeys(map)}] : []
  })
  const root = /(?:-h|--directory|-d)[ =](\/[\w./-]+)/.exec(command)?.[1]?.replace(/\/$/, '')
  const from = (['command', 'args'] as const).flatMap(field => patient.citeIfPresent(patient.pod, `${specPath}.${field}`))
  return [...(command === '' ? [] : [{text: command, root, where: 'its command', from}]), ...maps]
}

/** `nginx` of `registry.example:5000/library/nginx:1.27@sha256:…`. */
export const basename = (image: string): string => image.replace(/@.*$/, '').replace(/^.*\//, '').replace(/:.*$/, '')
