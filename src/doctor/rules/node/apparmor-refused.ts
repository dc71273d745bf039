import {defineRule} from '../../rule.js'
import {editTemplate} from '../../fix.js'
import {setBy} from '../../guard.js'
import {plainWords} from '../../runtime-words.js'
import {startErrors} from '../../start-error.js'

/**
 * pkg/security/apparmor: `Pod was rejected: Cannot enforce AppArmor: profile "shop-web" is not loaded`, or `… AppArmor is not enabled on the host`, with the pod's
 * reason `AppArmor`. Where the kubelet lets the pod through, the runtime says `apparmor failed to apply profile: …` as it starts the container.
 */
const ENFORCE = /Cannot enforce AppArmor: (.*?)\.?\s*$/
const APPLY = /(?:apparmor failed to apply profile|unable to apply apparmor profile): (?!apparmor failed)(.*)$/

export default defineRule({
  id: 'apparmor-refused',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  refines: ['pod-rejected', 'container-not-created'],
  title: 'The node cannot confine the pod with the AppArmor profile that it asks for',
  explain: `A profile of type Localhost must have been loaded into the kernel of the node (apparmor_parser), and the node must have AppArmor at all, which
distributions with SELinux do not. The kubelet refuses the pod, which then stays Failed for ever. A controller makes the next one at once, for
the same node, so that failed pods pile up.`,

  * check(patient) {
    const {pod} = patient
    const {reason, message = ''} = pod.status ?? {}
    const refused = pod.status?.phase === 'Failed' && reason === 'AppArmor' ? ENFORCE.exec(message)?.[1] ?? message : undefined
    const failed = startErrors(patient).flatMap(error => {
      const why = APPLY.exec(plainWords(error.words))?.[1]
      return why === undefined ? [] : [{why, error}]
    })[0]
    const why = refused ?? failed?.why
    if (why === undefined) return
    const confined = patient.containers.flatMap(({name, spec, specPath, editPath}) => spec.securityContext?.appArmorProfile ? [{name, profile: spec.securityContext.appArmorProfile, path: `${specPath}.securityContext.appArmorProfile`, edit: `${editPath}.securityContext.appArmorProfile`}] : [])
    const whole = pod.spec?.securityContext?.appArmorProfile
    const places = [...confined, ...(whole ? [{name: undefined, profile: whole, path: 'spec.securityContext.appArmorProfile', edit: 'securityContext.appArmorProfile'}] : [])]
    const place = places.find(({profile}) => profile.localhostProfile !== undefined && why.includes(profile.localhostProfile)) ?? places[0]
    const profile = place?.profile.localhostProfile
    const node = pod.spec?.nodeName ?? ''
    const off = /not enabled|disabled/.test(why)
    const change = place && editTemplate(patient, [{path: place.edit, remove: true}])
    yield {
      ...(failed && {container: failed.error.name}),
      summary: `Node "${node}" cannot run the pod with AppArmor${profile === undefined ? '' : ` profile "${profile}"`}${place?.name === undefined ? '' : ` (container "${place.name}")`}: ${why}.`,
      evidence: [...(failed ? failed.error.evidence : [patient.cite(pod, 'status.reason'), ...patient.citeIfPresent(pod, 'status.message')]), ...(place ? [patient.cite(pod, place.path)] : [])],
      fixes: [
        {action: off ? `Let the pod run on nodes that have AppArmor; node "${node}" has not` : `Load ${profile === undefined ? 'the profile' : `profile "${profile}"`} on node "${node}" and on all others that may get the pod (apparmor_parser)`},
        ...(change ? [{action: 'Run it without a profile of its own', removesGuard: setBy(patient.owner.object ?? pod, 'spec.template'), ...change}] : []),
      ],
      culprit: {...patient.owner.ref, part: profile ?? 'AppArmor'},
    }
  },
})
