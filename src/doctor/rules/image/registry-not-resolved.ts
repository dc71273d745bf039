import {pullErrors} from '../../image-pull.js'
import {lookupIn, nearRegistry, otherImages, registryCulprit} from '../../registry.js'
import {defineRule} from '../../rule.js'

/** Names that only the cluster's own DNS knows. Image pulls are resolved by the node. */
const OF_CLUSTER = /\.svc(?:\.cluster\.local)?$/

/**
 * The node found no address for the registry's host. The words are the Go resolver's, in all runtimes: `dial tcp: lookup HOST on SERVER: no such host`
 * (NXDOMAIN), `server misbehaving` (SERVFAIL, REFUSED), `read udp …: i/o timeout` (no answer). A host that has an address and does not answer is `registry-unreachable`.
 */
export default defineRule({
  id: 'registry-not-resolved',
  phase: 'image',
  severity: 'error',
  heals: 'by itself',
  refines: 'image-pull-failed',
  title: 'The name of the image\'s registry cannot be resolved',
  explain: `Before the node can ask a registry, it has to find the address of the registry's host. Where the DNS server says that there is no
such host, the name is misspelt, or known only inside another network; the node uses its own resolver, which does not know the Services of the
cluster. Where the DNS server fails or is silent, the name may be right, and the DNS of the node is what has to be mended.`,

  * check(patient) {
    for (const container of pullErrors(patient)) {
      const {name, spec, words, evidence, specPath} = container
      const image = spec.image ?? ''
      const lookup = lookupIn(words)
      if (!lookup) continue
      const {host, server, how, proxy} = lookup
      const node = patient.pod.spec?.nodeName ?? ''
      const who = proxy ? `Proxy "${host}" of node "${node}"` : `Registry host "${host}"`
      const near = how === 'unknown' && !proxy ? nearRegistry(patient, image) : undefined
      const asked = server === undefined ? `The DNS of node "${node}"` : `DNS server ${server} of node "${node}"`
      yield {
        container: name,
        summary: how === 'unknown' ? `${who} does not exist in the DNS of node "${node}" (${lookup.words}), so image "${image}" of container "${name}" cannot be pulled${
          OF_CLUSTER.test(host) ? '; it is the name of a Service, which only pods can resolve' : near ? `; other images here come from "${near.host}"` : ''}.`
          : `${asked} ${how === 'fails' ? `fails to resolve ${proxy ? 'the proxy' : 'registry host'} "${host}" (${lookup.words})` : `does not answer for ${proxy ? 'the proxy' : 'registry host'} "${host}"`}, so image "${image}" of container "${name}" cannot be pulled.`,
        evidence: [...evidence, ...patient.citeIfPresent(patient.pod, `${specPath}.image`)],
        fixes: [
          ...otherImages(patient, container, near),
          ...(how === 'unknown' && near === undefined ? [{action: proxy ? `Correct the proxy in the settings of the container runtime on node "${node}"` : OF_CLUSTER.test(host)
            ? 'Name the registry by a host that nodes can resolve and reach: a NodePort, a load balancer or an Ingress' : `Correct the registry's host in the image's name, or add "${host}" to the DNS that node "${node}" uses`}] : []),
          ...(how === 'unknown' ? [] : [{action: `Repair ${server === undefined ? `the DNS of node "${node}"` : `DNS server ${server}`}; the kubelet pulls again by itself`}]),
        ],
        culprit: registryCulprit(words, image, how),
      }
    }
  },
})
