import {defineRule} from '../../rule.js'
import {startErrors} from '../../start-error.js'

/** containerd (pkg/cri/opts) and CRI-O: `no command specified`; Docker: `No command specified`. A command that is not in the image is command-not-found. */
const NOTHING = /\bno command specified/i

export default defineRule({
  id: 'no-command',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'Neither the image nor the container says what to start',
  explain: `An image has an ENTRYPOINT or a CMD that says which program to start; this one has neither, and the container has no "command". Such images
are meant to be built upon, or hold only files, or lost their CMD when they were built: an ENTRYPOINT in a later build step resets the CMD of its base.`,

  * check(patient) {
    for (const {name, spec, words, evidence} of startErrors(patient)) {
      if (!NOTHING.test(words)) continue
      yield {
        container: name,
        summary: `Image "${spec.image}" of container "${name}" says nothing about which program to start (no ENTRYPOINT, no CMD), and the container has no "command".`,
        evidence,
        fixes: [{action: `Set "command" of container "${name}" to a program that image ${spec.image} has, or build the image with an ENTRYPOINT`}],
        culprit: {...patient.owner.ref, part: `${name} ${spec.image}`},
      }
    }
  },
})
