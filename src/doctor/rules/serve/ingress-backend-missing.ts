import {backendsOf, hasPort} from '../../object-state.js'
import {lookalikes, suggestion} from '../../references.js'
import {defineObjectRule} from '../../rule.js'

/** The Ingress sends to a Service that does not exist, or to a port that the Service does not have. Nothing refuses such an Ingress; controllers answer 503 or leave the rule out. */
export default defineObjectRule({
  id: 'ingress-backend-missing',
  judges: 'Ingress',
  phase: 'serve',
  severity: 'error',
  heals: 'never',
  title: 'The Ingress sends to a Service, or to a port of it, that does not exist',
  explain: `An Ingress names Services of its own namespace and ports that these have (\`port\` of the Service, by number or name, not \`targetPort\`). The API
server does not look whether they exist. The ingress controller answers 503 or 404 for such a rule.`,

  * check(subject) {
    const {object: ingress, namespace} = subject
    const patch = (path: string, from: unknown, to: unknown): string[][] => [['kubectl', 'patch', `ingress/${ingress.metadata?.name}`, '--type=json', '-p',
      JSON.stringify([{op: 'test', path, value: from}, {op: 'replace', path, value: to}])]]
    for (const {name, port, path} of backendsOf(ingress)) {
      const pointer = `/${path.replaceAll(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`
      const service = subject.find('Service', name)
      if (service === null) {
        const like = lookalikes(subject, 'Service', name)
        yield {
          about: name, summary: `Ingress "${ingress.metadata?.name}" sends to Service "${name}", which does not exist in namespace "${namespace}"${suggestion(like)}.`,
          evidence: [subject.cite(ingress, `${path}.name`), subject.citeAbsence('Service', name)], culprit: {kind: 'Service', namespace, name},
          fixes: [like.best === undefined ? {action: `Create Service "${name}", or name one that exists`}
            : {action: `Let Ingress "${ingress.metadata?.name}" send to Service "${like.best}"`, effect: 'changes-spec', commands: patch(`${pointer}/name`, name, like.best)}],
        }
      }
      const ports = service?.spec?.ports ?? []
      const asked = port?.name ?? port?.number
      if (!service || !port || asked === undefined || hasPort(service, port)) continue
      const only = ports.length === 1 && typeof ports[0]?.port === 'number' ? ports[0] : undefined
      yield {
        about: `${name} ${asked}`, summary: `Ingress "${ingress.metadata?.name}" sends to port ${asked} of Service "${name}", which has no such port; it has ${ports.map(({port, name}) => name ? `${port} (${name})` : port).join(', ')}.`,
        evidence: [subject.cite(ingress, `${path}.port`), subject.cite(service, 'spec.ports')], culprit: {kind: 'Ingress', namespace, name: ingress.metadata?.name ?? '', part: String(asked)},
        fixes: only === undefined ? [] : [{action: `Let Ingress "${ingress.metadata?.name}" send to port ${only.port}`, effect: 'changes-spec', commands: patch(`${pointer}/port`, port, {number: only.port})}],
      }
    }
  },
})
