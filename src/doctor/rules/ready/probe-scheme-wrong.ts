import {blame, editProbes, failingProbes, namesOf} from '../../failing-probe.js'
import {answerTo} from '../../probe-answer.js'
import {PROBES, portOf} from '../../probes.js'
import {defineRule} from '../../rule.js'

/** Go's words for an answer without TLS (net/http, crypto/tls); a server that only closes the connection gives `EOF`. */
const PLAIN = /server gave HTTP response to HTTPS client|first record does not look like a TLS handshake|tls: (?:unexpected message|oversized record)/
/** What a TLS server sends to a plain request: an alert (bytes 15 03), or Go's and nginx's own 400. */
const TLS = /malformed HTTP response "\\x15\\x03/
const TLS_LOG = /client sent an HTTP request to an HTTPS server|plain HTTP request was sent to HTTPS port|speaking plain HTTP to an SSL-enabled server|first record does not look like a TLS handshake|wrong version number|http request/i

export default defineRule({
  id: 'probe-scheme-wrong',
  phase: 'ready',
  severity: 'error',
  heals: 'never',
  refines: ['probe-failing', 'probe-killed'],
  title: 'A probe speaks HTTPS to a server that speaks HTTP, or the other way round',
  explain: `The field "scheme" of an httpGet probe says whether the kubelet speaks HTTP (the default) or HTTPS, whatever the port is. It must be what the program speaks on
that port; the kubelet does not verify the certificate. A server that speaks TLS answers a plain request with 400 or closes the connection.`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      const {container, container: {spec, specPath}, field, probe, words} = failing
      if (!probe.httpGet) continue
      const secure = probe.httpGet.scheme === 'HTTPS'
      const log = patient.log(container, {previous: false})
      const line = log?.text.split('\n').findIndex(text => TLS_LOG.test(text)) ?? -1
      const bad = !secure && answerTo(patient, failing)?.code === 400
      const same = PROBES.find(other => other !== field && spec[other]?.httpGet && portOf(spec[other], spec) === portOf(probe, spec)
        && (spec[other].httpGet.scheme === 'HTTPS') !== secure && (other === 'readinessProbe' ? container.status?.ready : container.status?.started))
      const hint = !secure && (/^(?:https|\w+-tls|tls)$/.test(spec.ports?.find(({containerPort}) => containerPort === portOf(probe, spec))?.name ?? '') || [443, 8443, 9443, 6443].includes(portOf(probe, spec) ?? 0))
      const plain = secure && [80, 3000, 5000, 8000, 8080].includes(portOf(probe, spec) ?? 0) && !/\b(?:tls|https|ssl)\b/i.test(log?.text ?? '')
      const proved = words !== undefined && (secure ? PLAIN.test(words) : TLS.test(words) || (bad && line >= 0))
      if (!proved && !(bad && hint) && !(words === undefined && (same !== undefined || plain || (line >= 0 && !secure)))) continue
      const [asks, speaks] = secure ? ['HTTPS', 'HTTP'] : ['HTTP', 'HTTPS']
      const change = editProbes(patient, container, probe, 'httpGet.scheme', speaks)
      yield blame(patient, failing, {
        likely: !proved,
        got: `speaks ${asks} to a server that speaks ${speaks}${probe.httpGet.port === undefined ? '' : ` on port ${probe.httpGet.port}`}${bad ? ', which answers 400' : ''}.`,
        evidence: [...(log && line >= 0 ? [patient.citeLog(log, line)] : []), ...(same ? [patient.cite(patient.pod, `${specPath}.${same}`)] : [])],
        fixes: [{action: `Set scheme ${speaks} in the ${namesOf(container, probe)}`, ...change}],
      })
    }
  },
})
