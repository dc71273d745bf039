import type {ContainerView, Patient} from './patient.js'
import type {Evidence, Fix} from './types.js'
import {changing, wordOf} from './fix.js'
import {templateSpecOf} from './owner.js'

export interface PullError extends ContainerView {
  /** What the container runtime said, without the words that the kubelet wraps around it. */
  words: string
  evidence: Evidence[]
}

/** Reasons by which the kubelet says that an image does not come (pkg/kubelet/images/types.go, 1.36). */
const PULLING = new Set(['ErrImagePull', 'ImagePullBackOff', 'ImageInspectError', 'RegistryUnavailable', 'SignatureValidationFailed'])

/**
 * The containers whose image does not come, with what the container runtime said about it. While the kubelet waits to
 * try again (`ImagePullBackOff`), kubelets before 1.32 keep the runtime's words only in the pod's newest `Failed` event.
 */
export function pullErrors(patient: Patient): PullError[] {
  return patient.containers.flatMap((container): PullError[] => {
    const {spec, waiting, statusPath} = container
    if (!waiting || !PULLING.has(waiting.reason)) return []
    const reason = patient.cite(patient.pod, `${statusPath}.state.waiting.reason`)
    const inStatus = wordsOf(waiting.message)
    if (inStatus) return [{...container, words: inStatus, evidence: [reason, patient.cite(patient.pod, `${statusPath}.state.waiting.message`)]}]
    const event = patient.events('Failed').find(({message = ''}) => message.includes(`"${spec.image}"`) && wordsOf(message))
    return [{...container, words: wordsOf(event?.message ?? ''), evidence: event ? [reason, patient.cite(event, 'message')] : [reason]}]
  })
}

/** Takes off `Back-off pulling image "x": ErrImagePull: `, `Failed to pull image "x": ` and the gRPC prefix; nothing is left of a bare back-off. */
const wordsOf = (message: string): string => message
  .replace(/^Back-off pulling image "[^"]*"(?:: )?/, '')
  .replace(/^Failed to (?:pull|inspect) image "[^"]*": /, '')
  .replace(/^(?:ErrImagePull|ImagePullBackOff|ImageInspectError|RegistryUnavailable|SignatureValidationFailed|Error): /, '')
  .replace(/^image pull failed for \S+ because the (?:registry is unavailable|signature validation failed): /, '')
  .replace(/^rpc error: code = \w+ desc = /, '')
  .replace(/^failed to pull and unpack image "[^"]*": (?:failed to resolve (?:reference|image) "[^"]*": )?/, '')
  .trim()

export interface ImageName {
  /** `docker.io` where the name does not say. */
  registry: string
  /** Without registry: `library/nginx`. */
  repository: string
  /** `latest` where the name does not say. */
  tag: string
  digest: string | undefined
}

/** The parts of an image reference, with the defaults that container runtimes add (distribution/reference, ParseNormalizedNamed). */
export function parseImage(image: string): ImageName {
  const [withoutDigest = '', digest] = image.split('@')
  const slash = withoutDigest.indexOf('/')
  const first = slash < 0 ? '' : withoutDigest.slice(0, slash)
  const hasRegistry = /[.:]/.test(first) || first === 'localhost'
  const rest = hasRegistry ? withoutDigest.slice(slash + 1) : withoutDigest
  const colon = rest.lastIndexOf(':')
  const path = colon < 0 ? rest : rest.slice(0, colon)
  const registry = hasRegistry ? first.replace(/^(?:index|registry-1)\.docker\.io$/, 'docker.io') : 'docker.io'
  return {registry, repository: registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path, tag: colon < 0 ? 'latest' : rest.slice(colon + 1), digest}
}

/** Images that are known to exist: on the pod's node, and in containers that run in the namespace. */
export function knownImages(patient: Patient): string[] {
  const node = patient.pod.spec?.nodeName === undefined ? undefined : patient.find('Node', patient.pod.spec.nodeName)
  const onNode = (node?.status?.images ?? []).flatMap(({names}) => names ?? []).filter(name => !name.includes('@'))
  const running = (patient.cluster.held('Pod', patient.namespace) as Patient['pod'][])
    .flatMap(({status}) => (status?.containerStatuses ?? []).filter(({imageID, state}) => imageID && state?.running).map(({image}) => image))
  return [...new Set([...onNode, ...running])].toSorted()
}

/** `kubectl set image`, which changes a bare pod, too: the image is the one field of a pod that may be changed. */
export function setImage(patient: Patient, container: string, image: string): Pick<Fix, 'commands' | 'effect' | 'restarts'> | undefined {
  const {owner} = patient
  if (owner.ref.kind !== 'Pod' && templateSpecOf(owner) === undefined) return undefined
  const commands = [['kubectl', 'set', 'image', wordOf(owner.ref), `${container}=${image}`]]
  return owner.ref.kind === 'Pod' ? {commands, effect: 'changes-spec'} : changing(owner, commands)
}
