import {parseImage, pullErrors} from '../../image-pull.js'
import {askedHost, nearRegistry, otherImages, registryCulprit} from '../../registry.js'
import {defineRule} from '../../rule.js'

interface Distrust {words: string, fix?: (host: string, node: string) => string}

/** What Go's net/http and crypto/x509 say (the same in containerd, CRI-O and Docker; from Go 1.20 on behind `tls: failed to verify certificate: `). */
function distrustIn(words: string): Distrust | undefined {
  const trust = (host: string, node: string) => `Put the certificate of the authority that has signed for ${host} on node "${node}" (containerd: /etc/containerd/certs.d/${host}/hosts.toml), or give the registry one that nodes trust`
  if (/server gave HTTP response to HTTPS client/.test(words)) {
    return {words: 'speaks plain HTTP, and the node asks it with HTTPS', fix: (host, node) => `Let ${host} speak TLS, or allow plain HTTP for it on node "${node}" (containerd: server = "http://${host}" in /etc/containerd/certs.d/${host}/hosts.toml)`}
  }
  if (/certificate signed by unknown authority|self-signed certificate|certificate is not trusted/.test(words)) return {words: 'shows a certificate of an authority that the node does not trust', fix: trust}
  const [, now, when, limit] = /certificate has expired or is not yet valid: current time (\S+) is (after|before) (\S+)/.exec(words) ?? []
  if (limit !== undefined) return when === 'after' ? {words: `shows a certificate that expired at ${limit}`, fix: host => `Renew the certificate of ${host}`} : {words: `shows a certificate that is valid from ${limit} on, and by the clock of the node it is ${now}`}
  if (/certificate has expired/.test(words)) return {words: 'shows a certificate that has expired or is not valid yet'}
  const [, valid] = /certificate is (?:not )?valid for (.+?), not /.exec(words) ?? []
  if (valid !== undefined) return {words: `shows a certificate that is for ${valid} only`, fix: host => `Give the registry a certificate for ${host}, or name it by a name that its certificate has`}
  if (/doesn't contain any IP SANs|legacy Common Name|not valid for any names/.test(words)) return {words: 'shows a certificate that does not name this host', fix: host => `Give the registry a certificate for ${host}`}
  const [tls] = /(?:tls: |x509: |remote error: tls: ).*$/.exec(words) ?? []
  return tls !== undefined && !/handshake timeout/.test(tls) ? {words: `does not get through the TLS handshake (${tls.replace(/\.$/, '')})`} : undefined
}

/** The registry answers, and the node does not accept how. Neither a login (`image-pull-denied`) nor the network (`registry-unreachable`) is missing. */
export default defineRule({
  id: 'registry-not-trusted',
  phase: 'image',
  severity: 'error',
  heals: 'never',
  refines: ['image-pull-failed', 'registry-unreachable'],
  title: 'The node does not trust the image\'s registry, or one speaks TLS and the other does not',
  explain: `Container runtimes pull over HTTPS and want a certificate of an authority that the node trusts. A registry of one's own often has a
certificate of a private authority, or none at all. Either the registry gets a proper certificate, or every node is told: its authority's
certificate, or that this host speaks plain HTTP. That is a setting of the container runtime on the node; nothing in the pod can change it.`,

  * check(patient) {
    for (const container of pullErrors(patient)) {
      const {name, spec, words, evidence, specPath} = container
      const image = spec.image ?? ''
      const distrust = distrustIn(words)
      if (!distrust) continue
      const host = askedHost(words, image)
      const node = patient.pod.spec?.nodeName ?? ''
      const near = nearRegistry(patient, image)
      yield {
        container: name,
        summary: `Registry ${host}${host === parseImage(image).registry ? '' : ` (for ${parseImage(image).registry})`} ${distrust.words}, so node "${node}" does not pull image "${image}" of container "${name}"${near ? `; other images here come from "${near.host}"` : ''}.`,
        evidence: [...evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.image`)],
        fixes: [...otherImages(patient, container, near), ...(distrust.fix ? [{action: distrust.fix(host, node)}] : [])],
        culprit: registryCulprit(words, image, distrust.words),
      }
    }
  },
})
