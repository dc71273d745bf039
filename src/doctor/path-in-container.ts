import type {ContainerView, Patient} from './patient.js'
import type {Evidence} from './types.js'

/** The first absolute path that a message names, without what is no part of it. A URL is none. */
export function pathIn(text: string): string | undefined {
  const quoted = /['"‘`](\/[^'"’`\n]*?)['"’`]/.exec(text)?.[1]
  const bare = /(?:^|[\s:(=])(\/[\w.@%+/-]*\w\/?)(?=$|[\s:,;)'"]|\.(?:\s|$))/.exec(text.replaceAll(/\b\w+:\/\/\S+/g, ''))?.[1]
  return quoted !== undefined && !/\s/.test(quoted) ? quoted : bare
}

/** What the path lies on: the deepest mount above it, and its volume. Undefined for the image's own files. */
export interface Mounted {
  mountPath: string
  /** `emptyDir volume "cache"`, `ConfigMap "app" (volume "config")`. */
  words: string
  volume: NonNullable<NonNullable<Patient['pod']['spec']>['volumes']>[number]
  mount: NonNullable<ContainerView['spec']['volumeMounts']>[number]
  evidence: Evidence[]
}

/** A damaged snapshot may have lost the folder. */
const below = (path: string, folder: string | undefined) => folder !== undefined && (folder === '/' || path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`))

export function mountAt(patient: Patient, {spec, specPath}: ContainerView, path: string): Mounted | undefined {
  const mounts = spec.volumeMounts ?? []
  const mount = mounts.filter(({mountPath}) => below(path, mountPath)).toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0]
  const index = (patient.pod.spec?.volumes ?? []).findIndex(({name}) => name === mount?.name)
  const volume = patient.pod.spec?.volumes?.[index]
  if (!mount || !volume) return undefined
  return {mount, volume, mountPath: mount.mountPath, words: volumeWords(volume), evidence: [patient.cite(patient.pod, `${specPath}.volumeMounts[${mounts.indexOf(mount)}].mountPath`), patient.cite(patient.pod, `spec.volumes[${index}]`)]}
}

function volumeWords({name, configMap, secret, emptyDir, hostPath, persistentVolumeClaim, projected}: Mounted['volume']): string {
  const at = `(volume "${name}")`
  return configMap ? `ConfigMap "${configMap.name}" ${at}` : secret ? `Secret "${secret.secretName}" ${at}` : emptyDir ? `emptyDir ${at}`
    : hostPath ? `the node's ${hostPath.path} ${at}` : persistentVolumeClaim ? `claim "${persistentVolumeClaim.claimName}" ${at}` : projected ? `projected ${at}` : `volume "${name}"`
}

/** The user and groups that the container runs with, as far as the spec says: the image may have set another. */
export function userOf({pod}: Patient, {spec}: ContainerView): {user: number | undefined, fsGroup: number | undefined, words: string, path: string | undefined} {
  const user = spec.securityContext?.runAsUser ?? pod.spec?.securityContext?.runAsUser
  return {
    user, fsGroup: pod.spec?.securityContext?.fsGroup, words: user === undefined ? 'the user of its image' : `user ${user}`,
    path: spec.securityContext?.runAsUser !== undefined ? 'securityContext.runAsUser' : undefined,
  }
}
