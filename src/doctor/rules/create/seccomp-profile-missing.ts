import {editTemplate} from '../../fix.js'
import {setBy} from '../../guard.js'
import {defineRule} from '../../rule.js'
import {settingOf} from '../../run-as.js'
import {startErrors} from '../../start-error.js'

/**
 * containerd: `cannot load seccomp profile "/var/lib/kubelet/seccomp/profiles/audit.json": open …: no such file or directory`, from 1.7 on behind
 * `failed to generate seccomp spec opts: `; CRI-O: `unable to load local profile "…": open …: no such file or directory`. A profile that is there
 * but is no JSON says `decoding seccomp profile failed`, which is quoted as it is.
 */
const UNLOADED = /(?:cannot load seccomp profile|unable to load local profile) "([^"]+)"|open (\S*\/seccomp\/\S+): no such file/

export default defineRule({
  id: 'seccomp-profile-missing',
  phase: 'create',
  severity: 'error',
  heals: 'never',
  refines: 'container-not-created',
  title: 'The seccomp profile of the container is not on its node',
  explain: `A seccomp profile of type Localhost is a file on the node, below the kubelet's folder "seccomp"; the name in the pod is relative to that folder.
Kubernetes does not bring it there: something has to put it on every node that may get the pod. The pod may run on one node and fail on the next.`,

  * check(patient) {
    for (const error of startErrors(patient)) {
      const {name, words, evidence} = error
      const [, told, opened] = UNLOADED.exec(words) ?? []
      const file = told ?? opened
      if (file === undefined) continue
      const setting = settingOf(patient, error, 'seccompProfile')
      const profile = (error.spec.securityContext?.seccompProfile ?? patient.pod.spec?.securityContext?.seccompProfile)?.localhostProfile
      const node = patient.pod.spec?.nodeName ?? ''
      const change = editTemplate(patient, [{path: setting.editPath, to: {type: 'RuntimeDefault'}}])
      yield {
        container: name,
        summary: `Seccomp profile "${profile ?? file}" of container "${name}" is not on node "${node}" (${file}).`,
        evidence: [...evidence, ...setting.evidence],
        fixes: [
          {action: `Put the profile at ${file} on node "${node}" and on all others that may get the pod`},
          ...(change ? [{action: 'Use the profile of the container runtime instead', removesGuard: setBy(patient.owner.object ?? patient.pod, 'spec.template'), ...change}] : []),
        ],
        culprit: {...patient.owner.ref, part: profile ?? file},
      }
    }
  },
})
