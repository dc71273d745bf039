import type {Pod} from '../kube/types.js'
import {claimsOf} from './claims.js'
import {imagesAreThere} from './images-there.js'
import type {Patient} from './patient.js'
import {keysOf, volumeReferences} from './references.js'
import {lacksSandbox} from './sandbox-error.js'
import {isStuck} from './unmounted.js'

/** What the kubelet says while it does something else for the pod than making its sandbox, or has made it. */
const OTHER_WORDS = ['FailedMount', 'FailedAttachVolume', 'FailedMapVolume', 'FailedPrepareDynamicResources', 'Pulling', 'Pulled', 'Failed', 'Created', 'Started']

/**
 * Nobody says why any more, and the pod is still without a sandbox on a node that is ready: what comes before it, the volumes, is all there, and what comes after it
 * cannot take so long.
 */
export function silentlyWithoutSandbox(patient: Patient): boolean {
  const {pod} = patient
  if (!lacksSandbox(patient) || !isStuck(patient, 30) || pod.metadata?.deletionTimestamp !== undefined || (pod.spec?.resourceClaims ?? []).length > 0 || patient.events(...OTHER_WORDS).length > 0) return false
  const node = patient.find('Node', pod.spec?.nodeName ?? '')
  return node?.status?.conditions?.some(({type, status}) => type === 'Ready' && status === 'True') === true && imagesAreThere(patient) === true && volumesAreThere(patient)
}

type Volume = NonNullable<NonNullable<Pod['spec']>['volumes']>[number]

/** Only volumes that the kubelet makes by itself from objects, and those objects can be read. */
function volumesAreThere(patient: Patient): boolean {
  const {pod} = patient
  const claims = claimsOf(patient)
  const byItself = ({name, emptyDir, downwardAPI, configMap, secret, projected, hostPath}: Volume): boolean => {
    const claim = claims.find(({volume}) => volume === name)?.claim
    const bound = claim?.spec?.volumeName === undefined ? undefined : patient.find('PersistentVolume', claim.spec.volumeName)
    return Boolean(emptyDir || downwardAPI || configMap || secret || (hostPath && !hostPath.type) || (bound?.spec?.hostPath && !bound.spec.hostPath.type)
      || projected?.sources?.every(source => source.configMap || source.secret || source.downwardAPI || source.serviceAccountToken))
  }
  const hasToken = pod.spec?.volumes?.some(({projected}) => projected?.sources?.some(({serviceAccountToken}) => serviceAccountToken))
  return (pod.spec?.volumes ?? []).every(byItself) && (!hasToken || Boolean(patient.find('ServiceAccount', pod.spec?.serviceAccountName ?? 'default')))
    && volumeReferences(patient).every(({kind, name, keys, optional}) => {
      const object = patient.find(kind, name)
      return object ? optional || keys.every(({key}) => keysOf(object).includes(key)) : object === null && optional
    })
}
