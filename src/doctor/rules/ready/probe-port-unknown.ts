import {blame, editProbes, failingProbes} from '../../failing-probe.js'
import {nearMisses, STRONG} from '../../near-miss.js'
import {portPath} from '../../probes.js'
import {defineRule} from '../../rule.js'

/**
 * The name of a port must be one of the ports of the same container; the API server does not compare them. The kubelet says `Readiness probe
 * errored and resulted in unknown state: strconv.Atoi: parsing "htpp": invalid syntax` (before 1.32 `probe errored: …`). The specification alone proves it.
 */
export default defineRule({
  id: 'probe-port-unknown',
  phase: 'ready',
  severity: 'error',
  heals: 'never',
  refines: ['probe-failing', 'probe-killed'],
  title: 'A probe names a port that its container does not declare',
  explain: `A probe may ask a port by its name, which the kubelet looks up under "ports" of the same container. There is none of that name, so the probe cannot even
be made and counts as failed. Ports of a Service and ports of other containers of the pod do not count.`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      const {container: {name, spec, specPath}, container, field, probe} = failing
      const port = (probe.httpGet ?? probe.tcpSocket)?.port as string | number | undefined
      const ports = spec.ports ?? []
      if (typeof port !== 'string' || /^\d+$/.test(port) || ports.some(own => own.name === port)) continue
      const named = ports.flatMap(own => own.name === undefined ? [] : [own.name])
      const near = nearMisses(port, named)[0]
      const only = ports.length === 1 ? ports[0] : undefined
      const meant: string | number | undefined = near && near.score >= STRONG ? near.name : only?.name ?? only?.containerPort
      const change = meant !== undefined && editProbes(patient, container, probe, portPath(field, probe).replace(`${field}.`, ''), meant)
      const owned = ports.map(own => own.name === undefined ? String(own.containerPort) : `"${own.name}" (${own.containerPort})`)
      yield blame(patient, failing, {
        got: `names port "${port}", which container "${name}" does not declare; ${owned.length > 0 ? `it has ${owned.join(', ')}` : 'it declares no port at all'}.`,
        evidence: [patient.cite(patient.pod, `${specPath}.${portPath(field, probe)}`), ...patient.citeIfPresent(patient.pod, `${specPath}.ports`)],
        fixes: [{action: meant === undefined ? `Give the probe the number of the port instead of "${port}", or a port of "${name}" that name` : `Let the probe ask port ${meant} instead of "${port}"`, ...(change || undefined)}],
      })
    }
  },
})
