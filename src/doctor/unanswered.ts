import {slicesOf} from './object-state.js'
import {podsAbsent, podsUnready} from './service-pods.js'
import type {Obstacle} from './destination.js'
import type {Subject} from './subject.js'

/** Where a webhook is served. */
export interface Place {service: string, namespace: string, port?: number}

/** What keeps a Service from answering at all, seen from the API server: it is not there, or no pod behind it is. */
export function serviceDown(subject: Subject, {service: name, namespace, port}: Place): Obstacle | undefined {
  const service = subject.find('Service', name, namespace)
  const elsewhere = namespace === subject.namespace ? '' : ` in namespace "${namespace}"`
  if (service === null) {
    return {
      words: `Service "${name}" does not exist in namespace "${namespace}"`, evidence: [subject.citeAbsence('Service', name, namespace)],
      culprit: {kind: 'Service', namespace, name}, fixes: [{action: `Install again what serves Service "${name}" in namespace "${namespace}", or remove the webhook that was left behind`}],
    }
  }
  const ports = service?.spec?.ports ?? []
  if (service && port !== undefined && ports.length > 0 && !ports.some(own => own.port === port)) {
    const there = ports.map(own => own.port).join(', ')
    return {
      words: `Service "${name}"${elsewhere} has no port ${port}; it has ${there}`, evidence: [subject.cite(service, 'spec.ports')],
      culprit: {kind: 'Service', namespace, name, part: `port ${port}`}, fixes: [{action: `Let the webhook's clientConfig.service.port be ${ports.length === 1 ? there : `one of ${there}`}, or give Service "${name}"${elsewhere} port ${port}`}],
    }
  }
  const slices = service?.spec?.selector ? slicesOf(subject.cluster, service) : undefined
  if (!service || !slices || slices.some(({endpoints}) => endpoints?.some(({conditions}) => conditions?.ready !== false))) return undefined
  const pods = subject.list('Pod', {namespace, selector: {matchLabels: service.spec?.selector ?? {}}})?.filter(({metadata, status}) =>
    metadata?.deletionTimestamp === undefined && !/^(?:Succeeded|Failed)$/.test(status?.phase ?? ''))
  if (!pods) return {words: `Service "${name}"${elsewhere} has no ready endpoints`, evidence: [subject.cite(service, 'spec.selector')], culprit: {kind: 'Service', namespace, name}, fixes: []}
  const obstacle = pods.length === 0 ? podsAbsent(subject, service) : podsUnready(subject, service, pods)
  return obstacle && {...obstacle, words: obstacle.words.replace(`Service "${name}"`, `Service "${name}"${elsewhere}`), fixes: obstacle.fixes.map(fix => ({...fix, action: `${fix.action}${fix.commands ? '' : elsewhere}`}))}
}

/** How a call failed, after what a client written in Go says: the end of `failed to call webhook: Post "URL": …`. */
export function callFailed(tail: string, timeout: number): string {
  const [, valid, wanted] = /x509: certificate is (?:valid|not valid) for (.+?)(?:, not (\S+))?$/.exec(tail) ?? []
  return /certificate has expired or is not yet valid/.test(tail) ? 'its certificate has expired, or is not valid yet'
    : valid !== undefined && wanted !== undefined ? `its certificate is for ${valid}, not for ${wanted}`
    : /x509: certificate signed by unknown authority/.test(tail) ? 'its certificate is not signed by the authority in its caBundle'
    : /context deadline exceeded|Client\.Timeout|i\/o timeout/.test(tail) ? `it did not answer within ${timeout}s`
    : /connect: connection refused/.test(tail) ? `the connection is refused${/dial tcp (\S+):/.exec(tail)?.[1] ? ` at ${/dial tcp (\S+?): /.exec(tail)?.[1]}` : ''}`
    : /no such host/.test(tail) ? `its host is not known${/lookup (\S+)/.exec(tail)?.[1] ? ` (${/lookup (\S+?)(?: |:|$)/.exec(tail)?.[1]})` : ''}`
    : /server gave HTTP response to HTTPS client/.test(tail) ? 'it speaks HTTP, and webhooks are called by HTTPS'
    : tail.replace(/\.$/, '')
}
