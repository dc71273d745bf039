import type {Kinds} from '../kube/types.js'
import type {Cluster} from './cluster.js'
import type {Patient} from './patient.js'

type Claim = Kinds['ResourceClaim']

/** The pod's claims that are there: those it names, and those that were made for it from a template. */
export const claimsOf = (patient: Patient): {claim: Claim, use: string}[] => (patient.pod.spec?.resourceClaims ?? []).flatMap(({name: use, resourceClaimName}) => {
  const name = resourceClaimName ?? patient.pod.status?.resourceClaimStatuses?.find(({name}) => name === use)?.resourceClaimName
  const claim = name === undefined ? undefined : patient.find('ResourceClaim', name)
  return claim ? [{claim, use}] : []
})

/** The classes that a claim asks for, where it has no choice between several. */
export const deviceClassesOf = ({spec}: Claim): {request: string, deviceClass: string, path: string}[] => (spec?.devices?.requests ?? []).flatMap(({name, exactly, firstAvailable = []}, i) => {
  const only = firstAvailable.length === 1 ? firstAvailable[0] : undefined
  const at = `spec.devices.requests[${i}]`
  return exactly ? [{request: name, deviceClass: exactly.deviceClassName, path: `${at}.exactly.deviceClassName`}]
    : only ? [{request: name, deviceClass: only.deviceClassName, path: `${at}.firstAvailable[0].deviceClassName`}] : []
})

/** How many devices drivers have published, and how many of them claims have; undefined where nobody could look. */
export function devicesOf(cluster: Cluster): {published: number, allocated: number} | undefined {
  const [slices, claims] = [cluster.list('ResourceSlice'), cluster.list('ResourceClaim')]
  return slices && claims && {
    published: slices.reduce((sum, {spec}) => sum + (spec?.devices?.length ?? 0), 0),
    allocated: claims.reduce((sum, {status}) => sum + (status?.allocation?.devices?.results?.length ?? 0), 0),
  }
}
