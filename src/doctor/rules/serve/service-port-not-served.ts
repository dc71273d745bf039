import {defineObjectRule} from '../../rule.js'
import {portObstacle} from '../../service-target.js'
import {isReady, isThere} from '../../service-pods.js'

/**
 * The targetPort is a name that no container port of the pods has (then their endpoints lack that port), or a number where nothing listens:
 * the endpoints then look well, and every connection is refused. `containerPort` is only a declaration; a log line or a passing probe proves more.
 */
export default defineObjectRule({
  id: 'service-port-not-served',
  judges: 'Service',
  phase: 'serve',
  severity: 'error',
  heals: 'never',
  title: 'The Service sends to a port on which its pods do not listen',
  explain: `\`port\` is where the Service listens, \`targetPort\` where it sends to: the port on which the program in the pod listens, as a number or by the
name that the container's port has. Nobody compares them. A name that no port has leaves the Service without that port; a number where nothing listens gives "connection refused".`,

  * check(subject) {
    const {selector = {}, type, ports = []} = subject.object.spec ?? {}
    if (type === 'ExternalName' || Object.keys(selector).length === 0) return
    const pods = subject.list('Pod', {namespace: subject.namespace, selector: {matchLabels: selector}})?.filter(pod => isThere(pod) && isReady(pod)) ?? []
    for (const port of pods.length === 0 ? [] : ports) {
      // A damaged file may have lost the number.
      const obstacle = typeof port.port !== 'number' ? undefined : portObstacle(subject, subject.object, port, pods)
      if (!obstacle) continue
      const {words, ...symptom} = obstacle
      yield {...symptom, about: String(port.port), summary: `${words}.`}
    }
  },
})
