import {blame, failingProbes} from '../../failing-probe.js'
import {editTemplate} from '../../fix.js'
import {listeningPorts, realPort} from '../../listening.js'
import {defineRule} from '../../rule.js'

/**
 * The words of pkg/probe/grpc. A port where nobody listens and a server that speaks something else give the same: `timeout: failed to connect
 * service "10.0.0.7:9000" within 1s: context deadline exceeded`; the log has to tell them apart.
 */
const NO_CONNECTION = /failed to connect service/
const NO_HEALTH = /does not implement the grpc health protocol/
const NOT_SERVING = /service unhealthy \(responded with "?(\w+)"?\)/
const UNKNOWN_SERVICE = /code = NotFound/

export default defineRule({
  id: 'probe-grpc-failing',
  phase: 'ready',
  severity: 'error',
  heals: 'never',
  refines: ['probe-failing', 'probe-killed', 'probe-timed-out', 'probe-wrong-port', 'probe-too-early'],
  title: 'A gRPC probe gets no healthy answer',
  explain: `A grpc probe calls the method grpc.health.v1.Health/Check, without TLS, on a port given as a number. The server has to implement that service (most libraries have it, and
it must be registered), for the service name that the probe gives. A server of plain HTTP cannot answer it at all, and what the kubelet says then is only that it could not connect.`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      const {container, container: {spec, editPath}, field, probe, words} = failing
      if (probe.grpc?.port === undefined) continue
      const {port, service} = probe.grpc
      const log = patient.log(container, {previous: false})
      const there = log ? listeningPorts(log).find(said => said.port === port) : undefined
      const real = there ? undefined : realPort(patient, container, port)
      const kind = field.replace('Probe', '')
      const status = NOT_SERVING.exec(words ?? '')?.[1]
      const refused = words === undefined ? real !== undefined : NO_CONNECTION.test(words)
      if (!refused && !status && !NO_HEALTH.test(words ?? '') && !UNKNOWN_SERVICE.test(words ?? '')) continue
      const web = Object.values({a: spec.livenessProbe, b: spec.readinessProbe, c: spec.startupProbe}).find(other => other?.httpGet && Number(other.httpGet.port) === port)
      const plain = refused && (there !== undefined || web !== undefined)
      const change = real ? undefined
        : plain || NO_HEALTH.test(words ?? '') ? editTemplate(patient, [{path: `${editPath}.${field}.grpc`, remove: true}, {path: `${editPath}.${field}.tcpSocket`, to: {port}}]) : undefined
      yield blame(patient, failing, {
        likely: words === undefined || (refused && !there && !real?.proved),
        got: status ? `is answered ${status}${service ? ` for service "${service}"` : ''}: the program says itself that it does not serve.`
          : NO_HEALTH.test(words ?? '') ? `reaches a gRPC server that does not implement the health service (grpc.health.v1.Health).`
          : UNKNOWN_SERVICE.test(words ?? '') ? `asks for service "${service ?? ''}", which the server's health service does not know.`
          : plain ? `finds no gRPC server on port ${port}: the program listens there, and does not speak gRPC.`
          : `gets no connection to port ${port}: no gRPC server listens there${real ? `; ${real.why}` : ''}.`,
        evidence: [...(log && there ? [patient.citeLog(log, there.line)] : []), ...real?.from ?? []],
        fixes: [{action: real ? `Let the ${kind} probe ask the port on which the program serves gRPC; if it serves none, make it a tcpSocket or httpGet probe of port ${real.port}` : plain || NO_HEALTH.test(words ?? '') ? `Let the ${kind} probe only connect to port ${port} (tcpSocket), or give the program the gRPC health service`
          : status ? 'Mend what the program needs before it serves; its health service says when it does' : `Let the program serve gRPC on port ${port}, or let the ${kind} probe ask where it does`, ...change}],
      })
    }
  },
})
