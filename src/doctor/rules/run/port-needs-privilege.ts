import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {editTemplate} from '../../fix.js'
import {userOf} from '../../path-in-container.js'
import {defineRule} from '../../rule.js'

/**
 * EACCES of bind(2), in the words of each server: a port below net.ipv4.ip_unprivileged_port_start (1024; containerd 2 and CRI-O set it to 0) without the capability
 * NET_BIND_SERVICE. EADDRINUSE is another fault, and so is a file that may not be written.
 */
export default defineRule({
  id: 'port-needs-privilege',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: BROADER,
  title: 'The program may not listen on a port below 1024',
  explain: `Only root, or a process with the capability NET_BIND_SERVICE, may listen on a port below 1024. A container that runs as another user, or drops all
capabilities, should listen on a higher port (8080): its Service can go on to offer port 80, with targetPort 8080. Setting the sysctl
net.ipv4.ip_unprivileged_port_start to 0 in the pod's securityContext is allowed everywhere, too.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'privileged port')
      if (!said) continue
      const {name, spec, specPath} = container
      const {user} = userOf(patient, container)
      const drop = spec.securityContext?.capabilities?.drop ?? []
      const low = [...spec.command ?? [], ...spec.args ?? []].flatMap(word => /^(?:--?(?:p|port|listen)[= ]?|:)?(\d{2,3})$/.exec(word)?.[1] ?? [])
      const declared = (spec.ports ?? []).map(({containerPort}) => containerPort).filter(port => port < 1024)
      const port = said.groups['port'] ?? low[0] ?? (declared.length === 1 ? declared[0] : undefined)
      if (port !== undefined && Number(port) >= 1024) continue
      const dropped = drop.find(capability => capability === 'ALL' || capability === 'NET_BIND_SERVICE')
      const why = [...(user ? [`runs as user ${user}`] : []), ...(dropped ? [`drops capability ${dropped}`] : [])].join(' and ')
      const {sysctls} = patient.pod.spec?.securityContext ?? {}
      const value = {name: 'net.ipv4.ip_unprivileged_port_start', value: '0'}
      yield {
        container: name,
        summary: `${failsWith(container, said)}: ${port === undefined ? 'a port below 1024' : `port ${port} is below 1024, and`} ${port === undefined ? `needs root or NET_BIND_SERVICE${why ? `, and it ${why}` : ''}` : why ? `it ${why}` : 'its user is not root'}.`,
        evidence: [...said.evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.securityContext.runAsUser`), ...patient.citeIfPresent(patient.pod, `${specPath}.securityContext.capabilities.drop`), ...patient.citeIfPresent(patient.pod, 'spec.securityContext.runAsUser')],
        fixes: [
          {action: 'Let every user of the pod listen on low ports (a sysctl of the pod)', ...editTemplate(patient, [sysctls ? {path: 'securityContext.sysctls', append: value} : {path: 'securityContext.sysctls', to: [value]}])},
          {action: `Let the program listen on a port from 1024 on, such as 8080, and point the targetPort of its Service there`},
        ],
        culprit: {...patient.owner.ref, part: `${name} ${port ?? 'port'}`},
      }
    }
  },
})
