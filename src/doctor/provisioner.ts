import type {Kinds, PersistentVolumeClaim, Pod} from '../kube/types.js'
import {refOf} from './cite.js'
import {ACTIVE_PODS} from './node-filters.js'
import type {Subject} from './subject.js'
import {stateOfPod} from './triage.js'

/** Makes nothing: its volumes are made by hand (pkg/controller/volume/persistentvolume, `kubernetes.io/no-provisioner`). */
export const isByHand = ({provisioner}: Kinds['StorageClass']): boolean => provisioner === 'kubernetes.io/no-provisioner'

/** Who is to make the volume. The annotation names the CSI driver where a class names a driver that was part of Kubernetes once. */
export const provisionerOf = ({metadata}: PersistentVolumeClaim, {provisioner}: Kinds['StorageClass']): string =>
  metadata?.annotations?.['volume.kubernetes.io/storage-provisioner'] ?? metadata?.annotations?.['volume.beta.kubernetes.io/storage-provisioner'] ?? provisioner

/** The volume is to be made now: the class binds at once, or the scheduler has chosen the node. */
export const isDue = ({metadata}: PersistentVolumeClaim, {volumeBindingMode}: Kinds['StorageClass']): boolean =>
  volumeBindingMode !== 'WaitForFirstConsumer' || metadata?.annotations?.['volume.kubernetes.io/selected-node'] !== undefined

/** What callers put before a provisioner's error: the controller that is part of Kubernetes with a capital letter, external ones without. */
const WRAPPING = /^failed to provision volume with StorageClass "[^"]*": |rpc error: code = \w+ desc = /gi

export const provisioningWords = (message: string): string => message.replaceAll(WRAPPING, '').replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '')

/** Why the provisioner makes no volumes, as the predicate of a sentence: it runs nowhere, or its pod is sick. Undefined where it may be at work, or nobody could look. */
export function absenceOf({cluster}: Subject, provisioner: string): string | undefined {
  const driver = cluster.find('CSIDriver', provisioner)
  const pods = cluster.list('Pod', {fieldSelector: ACTIVE_PODS})
  if (driver === undefined || !pods) return undefined
  const name = /^kubernetes\.io\//.test(provisioner) ? undefined : provisioner
  if (name === undefined) return undefined
  const exact = pods.filter(pod => mentions(pod, name))
  // Managed clusters run the provisioner out of sight; others do not say in their spec what they are for.
  const maybe = exact.length > 0 ? exact : pods.filter(({metadata, spec}) => [metadata?.name ?? '', ...(spec?.containers ?? []).map(({image}) => image ?? '')].some(word => word.includes('provisioner') || word.includes(wordFor(name))))
  if (maybe.length === 0) return driver === null ? 'runs nowhere in the cluster' : undefined
  const sick = maybe.map(pod => ({pod, state: stateOfPod(pod, cluster.now)}))
  if (exact.length === 0 || sick.some(({state}) => state.condition === 'sound')) return undefined
  const {pod, state} = sick[0]!
  return `does not work: pod "${refOf(pod).name}" of namespace ${refOf(pod).namespace} is sick (${state.facts[0] ?? 'not ready'})`
}

/** The part of a provisioner's name that its image or pod is likely to have: `local-path` of rancher.io/local-path, `ebs` of ebs.csi.aws.com. */
const wordFor = (name: string): string => {
  const word = name.includes('/') ? name.split('/').at(-1)! : name.split('.')[0]!
  return word.length > 2 ? word : name
}

const mentions = ({spec}: Pod, word: string): boolean => [...spec?.containers ?? [], ...spec?.initContainers ?? []]
  .some(({args = [], command = [], env = []}) => [...args, ...command, ...env.map(({value}) => value ?? '')].some(text => text.includes(word)))
