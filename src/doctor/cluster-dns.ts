import type {Pod} from '../kube/types.js'
import {wordOf} from './fix.js'
import type {Obstacle} from './destination.js'
import {policyAgainst, policyObstacle} from './network-policy.js'
import type {Subject} from './subject.js'
import {stateOfPod} from './triage.js'

const SPACE = 'kube-system'
const PODS = {matchLabels: {'k8s-app': 'kube-dns'}}

/** The cluster's own DNS does not answer anybody: its Service has no ready endpoint. Most distributions call it kube-dns, whatever serves it. */
export function dnsDown(subject: Subject): Obstacle | undefined {
  const service = subject.find('Service', 'kube-dns', SPACE)
  if (!service) return undefined
  const slices = subject.list('EndpointSlice', {namespace: SPACE, selector: {matchLabels: {'kubernetes.io/service-name': 'kube-dns'}}})
  if (!slices || slices.some(({endpoints}) => endpoints?.some(({conditions}) => conditions?.ready !== false))) return undefined
  const deployment = subject.find('Deployment', 'coredns', SPACE)
  const pod = subject.list('Pod', {namespace: SPACE, selector: PODS})?.[0]
  const off = deployment?.spec?.replicas === 0
  const why = off ? '; deployment/coredns is scaled to 0' : pod ? `; ${wordOf({kind: 'Pod', name: pod.metadata?.name ?? ''})} is ${stateOfPod(pod, subject.cluster.now).status}` : ''
  return {
    words: `the cluster's DNS is down: Service "kube-dns" in namespace "${SPACE}" has no ready endpoint${why}`,
    evidence: [subject.cite(service, 'metadata.name'), ...slices.flatMap(slice => subject.citeIfPresent(slice, 'endpoints')), ...(off ? [subject.cite(deployment, 'spec.replicas')] : []),
      ...(pod && !off ? subject.citeIfPresent(pod, 'status.phase') : [])],
    fixes: [{action: off ? `Scale deployment/coredns in namespace ${SPACE} to 2` : `Bring the pods behind Service "kube-dns" in namespace ${SPACE} back: no name of the cluster resolves until then`}],
    culprit: {kind: 'Service', namespace: SPACE, name: 'kube-dns'},
  }
}

/** A policy keeps the pod from asking the cluster's DNS. */
export function dnsForbidden(subject: Subject, pod: Pod): Obstacle | undefined {
  const dns = subject.list('Pod', {namespace: SPACE, selector: PODS})?.[0]
  const peer = {pod: dns, namespace: SPACE, address: dns?.status?.podIP}
  const port = {port: 53, name: 'dns', protocol: 'UDP'} as const
  const policy = policyAgainst(subject, pod, 'Egress', peer, port)
  return policy && policyObstacle(subject, policy, 'Egress', pod, {words: 'even DNS (port 53)', peer, port})
}
