import type {ContainerView, Patient} from './patient.js'
import {portOf, probeFailures, PROBES, type Probe, type ProbeField} from './probes.js'

/** Another probe of the container that asks the same port in the same way at another path, and that passes: the path that works. */
export function passing(patient: Patient, container: ContainerView, field: ProbeField, probe: Probe): {path: string, of: ProbeField} | undefined {
  for (const other of PROBES) {
    const path = container.spec[other]?.httpGet?.path
    if (other === field || path === undefined || path === probe.httpGet?.path || portOf(container.spec[other]!, container.spec) !== portOf(probe, container.spec)) continue
    // While a program starts its port refuses every probe; what it answers with a code of its own it has refused for good.
    const refused = probeFailures(patient, container, other).some(event => /statuscode/.test(event.message ?? ''))
    if (probe.httpGet && (other === 'readinessProbe' ? container.status?.ready || wasReady(patient) : true) && !refused) return {path, of: other}
  }
  return undefined
}

/** The pod has been ready once: its Ready condition has changed since its containers could start. */
const wasReady = (patient: Patient): boolean =>
  (patient.condition('Ready')?.since ?? '') > (patient.condition('Initialized')?.since ?? patient.condition('PodScheduled')?.since ?? '~')
