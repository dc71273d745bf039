import {nearMisses, STRONG} from '../../near-miss.js'
import {claimsOf, deviceClassesOf, devicesOf} from '../../devices.js'
import {defineRule} from '../../rule.js'
import {isWaiting} from '../../scheduling.js'
import {schedulerWords, theirWord} from '../../scheduling-words.js'

export default defineRule({
  id: 'device-not-available',
  phase: 'schedule',
  severity: 'error',
  heals: 'by itself',
  refines: 'unschedulable',
  title: 'The devices that the pod\'s ResourceClaim asks for are not there',
  explain: `A ResourceClaim asks for devices of a DeviceClass. Drivers publish the devices of a node in ResourceSlices, and the scheduler chooses among those that no other claim has. It
cannot where the DeviceClass does not exist, where no driver has published a device, and where all that fit are taken. Written for resource.k8s.io/v1, which came with 1.34.`,

  * check(patient) {
    const condition = patient.condition('PodScheduled')
    if (!isWaiting(patient) || condition?.status !== 'False') return
    for (const {claim, use} of claimsOf(patient)) {
      const name = claim.metadata?.name ?? ''
      for (const {request, deviceClass, path} of deviceClassesOf(claim)) {
        const evidence = [...schedulerWords(patient), patient.cite(claim, path)]
        if (patient.find('DeviceClass', deviceClass) === null) {
          const [near] = nearMisses(deviceClass, (patient.list('DeviceClass', {}) ?? []).map(({metadata}) => metadata?.name ?? '')).filter(({score}) => score >= STRONG)
          yield {
            about: use, evidence: [...evidence, patient.citeAbsence('DeviceClass', deviceClass)],
            summary: `DeviceClass "${deviceClass}" does not exist, which ResourceClaim "${name}" of ${theirWord(patient)} asks for (request "${request}")${near ? `; "${near.name}" does` : ''}.`,
            fixes: [...(near ? [{action: `Name DeviceClass "${near.name}" in ${claim.metadata?.ownerReferences ? 'the ResourceClaimTemplate' : 'a new claim'}: the spec of a claim cannot be changed`}] : []),
              {action: `Create DeviceClass "${deviceClass}": the installation of the device's driver brings it`}],
            culprit: {kind: 'DeviceClass', name: deviceClass},
          }
        } else if (/cannot allocate all claims/.test(condition.message) && !claim.status?.allocation) {
          const devices = devicesOf(patient.cluster)
          if (!devices || !patient.find('DeviceClass', deviceClass)) continue
          const {published, allocated} = devices
          yield {
            about: use, evidence: [...evidence, ...patient.citeIfPresent(patient.find('DeviceClass', deviceClass)!, 'spec.selectors')],
            summary: published === 0 ? `No node offers a device: there is no ResourceSlice with devices, and ResourceClaim "${name}" of ${theirWord(patient)} asks for one of DeviceClass "${deviceClass}".`
              : `No free device fits DeviceClass "${deviceClass}", of which ResourceClaim "${name}" of ${theirWord(patient)} asks for one: ${published} ${published === 1 ? 'device is' : 'devices are'} published in ResourceSlices, ${allocated} allocated to claims.`,
            fixes: [{action: published === 0 ? `Let the driver of DeviceClass "${deviceClass}" run on the nodes that have the device: it publishes ResourceSlices` : `Free a device of DeviceClass "${deviceClass}", or add a node with one`}],
            culprit: {kind: 'DeviceClass', name: deviceClass},
          }
        }
      }
    }
  },
})
