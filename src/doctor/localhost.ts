import {usualPort} from './listening.js'
import type {Attempt, Obstacle} from './destination.js'
import type {Patient} from './patient.js'

/** `localhost` is the pod itself: only its own containers can answer there. */
export function localObstacle(patient: Patient, {address: {host, port}, origins = []}: Attempt): Obstacle | undefined {
  if (port === undefined) return undefined
  const own = patient.containers.find(({spec}) => spec.ports?.some(({containerPort}) => containerPort === port) ?? false)
    ?? patient.containers.find(({spec}) => usualPort(spec) === port)
  // Containers of the pod itself do not start before the last init container has ended: neither can go on.
  const waiting = patient.containers.some(({role, status}) => role === 'init' && status?.state?.running)
  const services = patient.list('Service')?.filter(({spec}) => spec?.ports?.some(other => other.port === port)) ?? []
  const only = services.length === 1 ? services[0] : undefined
  const names = patient.containers.map(({name}) => `"${name}"`)
  const here = own === undefined ? `of which no container declares port ${port}` : own.status?.state?.running ? undefined
    : own.role === 'main' && waiting ? `whose container "${own.name}" starts only when all init containers have ended` : `whose container "${own.name}" is not running`
  if (here === undefined) return undefined
  const [from] = origins
  const service = only?.metadata?.name
  return {
    words: `${host} is the pod itself, ${here}${own === undefined && names.length === 1 ? ` (it has only ${names[0]})` : ''}${service && own === undefined ? `; Service "${service}" has port ${port}` : ''}`,
    evidence: [...(from ? [from.evidence] : []), ...(only && own === undefined ? [patient.cite(only, 'spec.ports')] : []), ...(own ? patient.citeIfPresent(patient.pod, `${own.statusPath}.state`) : [])],
    culprit: {...patient.owner.ref, part: `${host}:${port}`},
    fixes: own?.role === 'main' && waiting ? [{action: `Make "${own.name}" a sidecar, an init container with restartPolicy Always before the one that waits, or let a container of the pod itself wait for it`}]
      : service && own === undefined ? [from ? from.change(service) : {action: `Let it use ${service} instead of ${host}`}] : [],
    likely: true,
  }
}
