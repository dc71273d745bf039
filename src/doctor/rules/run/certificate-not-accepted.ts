import {addressIn} from '../../address.js'
import {BROADER, failsWith, saidBy} from '../../complaint.js'
import {wordOf} from '../../fix.js'
import {mountAt, pathIn} from '../../path-in-container.js'
import {keysOf, volumeReferences} from '../../references.js'
import {defineRule} from '../../rule.js'
import {originsOf} from '../../value-origin.js'

const PAIR = /private key does not match|key values mismatch/i
const UNKNOWN = /unknown authority|issuer certificate|self[- ]signed|PKIX path|UntrustedRoot|certificate verify failed|CERTIFICATE_VERIFY_FAILED(?!.*(?:expired|mismatch))/i
const AUTHORITY = /^(?:[\w-]*ca|ca[\w-]*|[\w-]*bundle)\.(?:crt|pem|cer)$/i

/**
 * The words of OpenSSL, Go's crypto/tls and x509, the JVM, Node.js and .NET. Only a certificate whose file or host the program names is told of. What the node does not
 * accept of a registry is another fault.
 */
export default defineRule({
  id: 'certificate-not-accepted',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: [...BROADER, 'configuration-not-parsed'],
  title: 'A TLS certificate is expired, does not fit its key or name, or is of an unknown authority',
  explain: `A server shows a certificate, and a client accepts it when it is valid now, bears the name by which the client asks, and is signed by an authority that the client
knows: those of its image, and those of a file that it is told to read. Authorities of the cluster's own must be mounted from a ConfigMap or Secret. A server
reads certificate and key from files; the two must have been made for each other.`,

  * check(patient) {
    for (const container of patient.ended) {
      const said = saidBy(patient, container, 'certificate')
      if (!said) continue
      const host = addressIn(said.raw)?.host
      const path = host !== undefined && UNKNOWN.test(said.raw) ? undefined : pathIn(said.raw)
      const on = path === undefined ? undefined : mountAt(patient, container, path)
      const [kind, name] = on?.volume.secret ? ['Secret', on.volume.secret.secretName] : on?.volume.configMap ? ['ConfigMap', on.volume.configMap.name] : []
      const common = {container: container.name, summary: failsWith(container, said)}
      if (on && kind !== undefined && name !== undefined) {
        const who = `${kind} "${name}"`
        yield {
          ...common, summary: `${common.summary}: ${path} is from ${who}${PAIR.test(said.raw) ? ', whose certificate and key do not belong together' : ''}.`, evidence: [...said.evidence, ...on.evidence],
          fixes: [{action: `Put ${PAIR.test(said.raw) ? 'a certificate and the key that it was made for' : 'a certificate that is valid'} into ${who}, and restart ${wordOf(patient.owner.ref)}`}],
          culprit: {kind, namespace: patient.namespace, name},
        }
        continue
      }
      if (host === undefined) continue
      const [origin] = originsOf(patient, container, host)
      const taken = new Set(volumeReferences(patient).map(({kind, name}) => `${kind} ${name}`))
      const bundle = !UNKNOWN.test(said.raw) ? undefined : (patient.list('ConfigMap', {namespace: patient.namespace, metadataOnly: true}) ?? [])
        .find(map => map.metadata?.name !== 'kube-root-ca.crt' && !taken.has(`ConfigMap ${map.metadata?.name}`) && keysOf(map).some(key => AUTHORITY.test(key)))
      yield {
        ...common, summary: `${common.summary}: the certificate is that of ${host}${origin ? ` (${origin.words})` : ''}${bundle ? `; ConfigMap "${bundle.metadata?.name}" has ${keysOf(bundle).filter(key => AUTHORITY.test(key)).join(', ')}, and no volume of the pod takes it` : ''}.`,
        evidence: [...said.evidence, ...(origin ? [origin.evidence] : []), ...(bundle ? patient.citeKeys(bundle) : [])],
        fixes: bundle ? [{action: `Mount ConfigMap "${bundle.metadata?.name}" into container "${container.name}" where its program reads authorities, if it is that of ${host}`}] : [],
        culprit: {...patient.owner.ref, part: `certificate of ${host}`}, ...(bundle && {likely: true as const}),
      }
    }
  },
})
