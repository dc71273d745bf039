import {madeSince} from '../../missing-data.js'
import {mountFailures, volumeOf} from '../../mounts.js'
import {defineRule} from '../../rule.js'
import {plainWords} from '../../runtime-words.js'

/** `MountVolume.SetUp failed for volume "v" : `, and the kubelet's summary after two minutes. */
const WRAPPING = /^.*? failed for volume "[^"]+" ?: |^Unable to attach or mount volumes: unmounted volumes=\[[^\]]*\], unattached volumes=\[[^\]]*\](?:, failed to process volumes=\[[^\]]*\])?: /s

export default defineRule({
  id: 'volume-not-mounted',
  phase: 'volume',
  severity: 'error',
  heals: 'never',
  title: 'A volume of the pod cannot be attached or mounted',
  explain: `The pod has a node, but one of its volumes does not come, so no container can be made: the pod stays in
ContainerCreating. The kubelet tries again for ever; what it says about the volume is the best there is to go on.`,

  * check(patient) {
    const said = new Set<string>()
    for (const event of patient.preparing ? mountFailures(patient) : []) {
      const volume = volumeOf(patient, event.message ?? '')
      if (said.has(volume ?? '')) continue
      said.add(volume ?? '')
      const since = madeSince(patient, event.message ?? '')
      const words = plainWords((event.message ?? '').replace(WRAPPING, ''))
      const which = volume === undefined ? 'A volume' : `Volume "${volume}"`
      yield {
        ...(volume !== undefined && {about: volume}),
        summary: since ? `${which} waits for ${since}.` : `${which} cannot be ${event.reason === 'FailedAttachVolume' ? 'attached' : 'mounted'}: ${words}`,
        evidence: [patient.cite(event, 'reason'), ...patient.citeIfPresent(event, 'message')],
        fixes: [],
        culprit: {...patient.owner.ref, ...(volume !== undefined && {part: volume})},
      }
    }
  },
})
