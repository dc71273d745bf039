import {pullErrors} from '../../image-pull.js'
import {askedHost, lookupIn, nearRegistry, otherImages, registryCulprit, registryWord} from '../../registry.js'
import {defineRule} from '../../rule.js'

/** The words of Go's net package, which all runtimes pass on, and what they mean. The first that matches counts. */
const SILENCES: [pattern: RegExp, means: string][] = [
  [/connection refused/, 'connection refused'],
  [/no route to host/, 'no route to host'],
  [/network is unreachable/, 'network is unreachable'],
  [/connection reset by peer/, 'the connection was reset'],
  [/TLS handshake timeout/, 'it accepts connections and then does not answer (TLS handshake timeout)'],
  [/i\/o timeout|connection timed out|Client\.Timeout exceeded|context deadline exceeded|request canceled while waiting/, 'no answer in time'],
  [/: (?:unexpected )?EOF$/, 'it closes the connection without an answer (EOF)'],
]
/** Only words about a request count: probes and mounts speak of refused connections, too. */
const REQUEST = /(?:dial|read|write) tcp|https?:\/\/|proxyconnect/

/**
 * The node has the registry's address and gets no answer from it: `dial tcp 10.0.0.5:5000: connect: connection refused`, `i/o timeout`. A host
 * without an address is `registry-not-resolved`, an answer that is a status code `registry-error`, a certificate `registry-not-trusted`.
 */
export default defineRule({
  id: 'registry-unreachable',
  phase: 'image',
  severity: 'error',
  heals: 'by itself',
  refines: 'image-pull-failed',
  title: 'The image\'s registry does not answer the node',
  explain: `The node found the address of the registry, and got no answer there. A refused connection means that the machine is up and
nothing listens on that port: the port is wrong, or the registry is down. No answer in time means that packets are lost: a firewall, a node without
a way out, or a dead machine. "localhost" is the node itself, not the machine on which the image was built.`,

  * check(patient) {
    for (const container of pullErrors(patient)) {
      const {name, spec, words, evidence, specPath} = container
      const image = spec.image ?? ''
      const [, means] = SILENCES.find(([pattern]) => pattern.test(words)) ?? []
      if (means === undefined || !REQUEST.test(words) || lookupIn(words) || /x509|server gave HTTP|status code|\b5\d\d /.test(words)) continue
      const host = askedHost(words, image)
      const address = /dial tcp (\S+?): /.exec(words)?.[1] ?? /->(\S+?): /.exec(words)?.[1]
      const proxy = words.includes('proxyconnect')
      const node = patient.pod.spec?.nodeName ?? ''
      const local = /^(?:localhost|127\.|\[?::1)/.test(host) ? `; "${host}" is node "${node}" itself there` : ''
      const near = proxy ? undefined : nearRegistry(patient, image)
      yield {
        container: name,
        summary: `${proxy ? `The proxy of node "${node}", asked for registry ${host},` : registryWord(words, image)} cannot be reached from node "${node}": ${means}${
          address === undefined ? '' : ` at ${address}`}, so image "${image}" of container "${name}" cannot be pulled${local}${near ? `; other images here come from "${near.host}"` : ''}.`,
        evidence: [...evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.image`)],
        fixes: [...otherImages(patient, container, near), {action: proxy ? `Let node "${node}" reach its proxy${address ? ` ${address}` : ''}, or correct it in the settings of the container runtime`
          : local ? `Name the registry by a host that node "${node}" reaches, or load the image onto the node`
          : `Let the registry answer node "${node}" at ${address ?? host}; the kubelet pulls again by itself`}],
        culprit: registryCulprit(words, image, means),
      }
    }
  },
})
