import type {Node, PersistentVolumeClaim, PodSpec} from '../kube/types.js'
import {blockerWord} from './blocked-words.js'
import {claimsOf} from './claims.js'
import {fulfils, matchesNode, requirementWord, termsOf, type Requirement} from './node-selection.js'
import {blockersOf, placesOf, type Place} from './node-filters.js'
import type {Patient} from './patient.js'
import {listed} from './report/layout.js'
import {classOf, misfitsOf, type Volume} from './volume-fit.js'

/** A claim of the pod with the volumes that it is bound to or could be bound to, and the nodes from which these can be used. */
export interface Reach {
  volume: string
  claim: PersistentVolumeClaim
  volumes: Volume[]
  nodes: Place[]
}

/** Labels of a volume that the scheduler's filter VolumeZone compares with those of the node. Several values stand in one, with two underscores between. */
const ZONES = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region']

/** What the volume asks of its node, as a pod would. */
const specOf = ({spec}: Volume): PodSpec =>
  ({containers: [], ...(spec?.nodeAffinity?.required && {affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: spec.nodeAffinity.required}}}) })

const zonesOf = ({metadata}: Volume): Requirement[] => ZONES.flatMap(key => {
  const value = metadata?.labels?.[key]
  return value === undefined ? [] : [{key, operator: 'In', values: value.split('__'), path: `metadata.labels["${key}"]`}]
})

/** Whether the volume can be used from the node: the filters VolumeBinding and VolumeZone. A node that has no zone at all is in every zone. */
function reaches(volume: Volume, node: Node): boolean {
  return matchesNode(specOf(volume), node) && (!ZONES.some(key => node.metadata?.labels?.[key] !== undefined) || zonesOf(volume).every(zone => fulfils(zone, node)))
}

/** The volume is in a zone by its labels, and the node is in none. */
export const isZoneless = (volume: Volume, {node}: Place): boolean => zonesOf(volume).length > 0 && !ZONES.some(key => node.metadata?.labels?.[key] !== undefined)

/** Where the volume says which nodes it is for. */
export const tiePath = (volume: Volume): string | undefined => volume.spec?.nodeAffinity?.required ? 'spec.nodeAffinity.required.nodeSelectorTerms' : zonesOf(volume)[0]?.path

/** The nodes of the volume in words: `is on node "node-9"`, `is in zone eu-1c`. */
export function placeWord(volume: Volume): string {
  const terms = termsOf(specOf(volume)) ?? []
  const requirements = [...(terms.length === 1 ? terms[0]! : []), ...zonesOf(volume)]
  const single = (keys: RegExp) => requirements.find(({key, operator, values}) => keys.test(key) && operator === 'In' && values.length > 0)
  const host = single(/^(?:kubernetes\.io\/hostname|metadata\.name)$|hostname$|\/node$/)
  if (host) return `is on node ${listed(host.values.map(value => `"${value}"`), 'or')}`
  const zone = single(/(?:^|\/)zone$/) ?? single(/(?:^|\/)region$/)
  if (zone) return `is in ${/region$/.test(zone.key) ? 'region' : 'zone'} ${listed(zone.values, 'or')}`
  return terms.length > 1 ? 'is for certain nodes only' : `is for nodes with ${listed(requirements.map(requirementWord))}`
}

/** How each claim of the pod ties it to nodes; undefined where that cannot be known. Claims that go anywhere are left out. */
export function reachOf(patient: Patient): Reach[] | undefined {
  const places = placesOf(patient.cluster)
  if (!places) return undefined
  const all: Reach[] = []
  for (const {volume, claim} of claimsOf(patient)) {
    const volumes = volumesFor(patient, claim)
    if (!volumes) return undefined
    const nodes = places.filter(({node}) => volumes.some(one => reaches(one, node)))
    if (volumes.length > 0 && nodes.length < places.length) all.push({volume, claim, volumes, nodes})
  }
  return all
}

function volumesFor(patient: Patient, claim: PersistentVolumeClaim): Volume[] | undefined {
  const {spec, status} = claim
  if (spec?.volumeName) {
    const volume = patient.find('PersistentVolume', spec.volumeName)
    return volume === undefined ? undefined : volume ? [volume] : []
  }
  const name = classOf(claim)
  if (status?.phase !== 'Pending' || !name || patient.find('StorageClass', name)?.provisioner !== 'kubernetes.io/no-provisioner') return []
  return patient.list('PersistentVolume', {})?.filter(volume => misfitsOf(patient.cluster, volume, claim).length === 0)
}

/** Why a node takes no pods like this one, as the predicate of a sentence; undefined where it would. */
export function refusalOf({pod}: Patient, place: Place): string | undefined {
  const blockers = blockersOf(pod, place)
  return blockers.length === 0 ? undefined : listed(blockers.map(blockerWord))
}
