import {parseImage} from './image-pull.js'
import type {Patient} from './patient.js'

/** The kubelet reports no more images of its node than these (nodeStatusMaxImages). */
const REPORTED = 50

/**
 * Before 1.35 the kubelet reports the sandbox (condition PodReadyToStartContainers) no sooner than the first containers have started: a pod whose image is being pulled, or
 * whose postStart hook hangs, looks just like one without a sandbox. True where neither can be: no hook, and all images are on the node and not asked for at their
 * registry. False where an image is not on the node, or there is a hook; undefined where that cannot be told.
 */
export function imagesAreThere(patient: Patient): boolean | undefined {
  const containers = [...patient.pod.spec?.initContainers ?? [], ...patient.pod.spec?.containers ?? []]
  if (containers.some(({lifecycle}) => lifecycle?.postStart)) return false
  const images = patient.find('Node', patient.pod.spec?.nodeName ?? '')?.status?.images ?? []
  const held = new Set(images.flatMap(({names = []}) => names.map(imageWord)))
  const absent = containers.some(({image = ''}) => !held.has(imageWord(image)))
  return absent ? (images.length > 0 && images.length < REPORTED ? false : undefined) : containers.every(({imagePullPolicy}) => imagePullPolicy !== 'Always') || undefined
}

function imageWord(image: string): string {
  const {registry, repository, tag, digest} = parseImage(image)
  return `${registry}/${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`
}
