import {madeSince} from '../../missing-data.js'
import {defineRule} from '../../rule.js'
import {plainWords} from '../../runtime-words.js'

/**
 * The reasons by which the kubelet says that it could not make or start a container (kuberuntime_container.go, 1.36), and
 * the reasons by which a runtime says that the program never ran. Between two tries the words stand in `lastState`.
 */
const WAITING = /^(?:CreateContainerConfigError|CreateContainerError|RunContainerError|PreCreateHookError|PreStartHookError|PostStartHookError|ImageVolumeMountFailed)$/
const ENDED = /^(?:StartError|ContainerCannotRun)$/

export default defineRule({
  id: 'container-not-created',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  title: 'The container cannot be created or started',
  explain: `The image is there and the volumes are mounted, but the kubelet or the container runtime cannot make the
container: something that its configuration refers to is missing or not allowed, or the program cannot be executed. There is no log, since
nothing has run yet. The kubelet keeps trying, so the pod starts by itself as soon as the reason is gone.`,

  * check(patient) {
    for (const container of patient.containers) {
      const {name, waiting, ended, statusPath} = container
      const path = waiting && WAITING.test(waiting.reason) ? `${statusPath}.state.waiting` : ended && ENDED.test(ended.reason) ? ended.path : undefined
      const words = path?.endsWith('waiting') ? waiting : ended
      if (!path || !words) continue
      const since = madeSince(patient, words.message)
      yield {
        container: name,
        summary: since ? `Container "${name}" waits for ${since}.` : `Container "${name}" cannot be started: ${plainWords(words.message) || words.reason}`,
        evidence: [patient.cite(patient.pod, `${path}.reason`), ...patient.citeIfPresent(patient.pod, `${path}.message`)],
        fixes: [],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
