import {missingInVolumes} from '../../missing-references.js'
import {defineRule} from '../../rule.js'

/**
 * The kubelet mounts all volumes before it makes the first container, and says in an event
 * `MountVolume.SetUp failed for volume "v" : secret "x" not found`; for a projected volume it lists all that is missing in brackets.
 * Once the event is gone, the absence itself is the proof.
 */
export default defineRule({
  id: 'volume-secret-missing',
  phase: 'volume',
  severity: 'error',
  heals: 'never',
  refines: 'volume-not-mounted',
  title: 'A volume wants a Secret that does not exist',
  explain: `A volume of the pod is filled from a Secret that is not in the pod's namespace, so no container can be made: the
pod stays in ContainerCreating. Secrets cannot be read across namespaces. The kubelet tries again for ever, with growing pauses of up to two
minutes: the pod starts by itself soon after the Secret is created.`,

  check: patient => missingInVolumes(patient, 'Secret', name => `secret "${name}" not found`),
})
