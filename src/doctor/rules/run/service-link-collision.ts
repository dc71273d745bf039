import {editTemplate} from '../../fix.js'
import {logOfEnd} from '../../log-scan.js'
import {defineRule} from '../../rule.js'

/** The value of the variable NAME_PORT that the kubelet makes for a Service NAME (pkg/kubelet/envvars/envvars.go). */
const LINK = /\b(?:tcp|udp|sctp):\/\/(\[[\da-f:]+\]|\d+(?:\.\d+){3}):(\d+)/i

export default defineRule({
  id: 'service-link-collision',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: ['container-exited', 'init-container-failed'],
  title: 'A variable that Kubernetes makes for a Service is taken for a setting',
  explain: `For every Service of its namespace a container gets variables like those of Docker's links: a Service "redis" makes REDIS_PORT=tcp://10.0.0.1:6379, REDIS_SERVICE_HOST and so
on. A program that reads REDIS_PORT as a number fails on that. It works until the Service exists and the pod is started again, and in namespaces
that have no such Service. enableServiceLinks: false in the pod's template turns these variables off.`,

  * check(patient) {
    if (patient.pod.spec?.enableServiceLinks === false) return
    for (const container of patient.ended) {
      const {name, spec, ended} = container
      const log = ended.exitCode === 0 ? undefined : logOfEnd(patient, container)
      const line = log?.text.split('\n').findIndex(text => LINK.test(text)) ?? -1
      if (!log || line < 0) continue
      const text = log.text.split('\n')[line]!
      const [value = '', address = '', port] = LINK.exec(text)!
      // A program that was given the address by hand says the same.
      if (spec.env?.some(variable => variable.value?.includes(value))) continue
      const service = patient.list('Service')?.find(({spec}) => spec?.clusterIP === address.replaceAll(/[[\]]/g, ''))
      if (!service) continue
      const made = `${service.metadata?.name?.toUpperCase().replaceAll('-', '_')}_PORT`
      const variable = new RegExp(String.raw`\b${made}\w*`).exec(text)?.[0] ?? (String(service.spec?.ports?.[0]?.port) === port ? made : `${made}_${port}_TCP`)
      const change = editTemplate(patient, [{path: 'enableServiceLinks', to: false}])
      yield {
        container: name,
        summary: `Container "${name}" takes ${variable}=${value} for a setting of its own: Kubernetes makes that variable for Service "${service.metadata?.name}" of the same namespace.`,
        evidence: [patient.citeLog(log, line), patient.cite(service, 'spec.clusterIP'), patient.cite(patient.pod, `${ended.path}.exitCode`)],
        fixes: [{action: 'Turn off the variables for Services in the pod\'s template', ...change}, {action: `Set ${variable} in env of container "${name}" to what the program expects: an entry of its own wins`}],
        culprit: {kind: 'Service', namespace: patient.namespace, name: service.metadata?.name ?? '', part: variable},
      }
    }
  },
})
