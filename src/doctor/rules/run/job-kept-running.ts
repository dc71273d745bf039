import {editTemplate} from '../../fix.js'
import {isEndless} from '../../endless.js'
import {templateSpecOf} from '../../owner.js'
import {defineRule} from '../../rule.js'

/** Names of programs that serve others and never end by themselves. */
const SERVER = /proxy|sidecar|agent|envoy|istio|linkerd|fluent|vector|filebeat|shipper|exporter|collector|otel|cloud-?sql|pgbouncer|tunnel|vault|server|nginx|redis|logger|log-/i
/** Two programs may be of different length. */
const PATIENCE_MS = 120_000

/** The pod of a Job ends when all of its containers have; the Job controller looks at nothing else. Native sidecars (1.29) do not count, ordinary containers do. */
export default defineRule({
  id: 'job-kept-running',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  title: 'The work of a Job is done, and another container keeps its pod running',
  explain: `A Job is complete when its pods are, and a pod is complete when every container under "containers" has ended. A proxy, a log shipper or another helper that never ends keeps the
pod, and with it the Job, running for ever. As an init container with restartPolicy Always (a native sidecar) it is stopped when the work is done.`,

  * check(patient) {
    const up = patient.pod.metadata?.ownerReferences?.find(({controller}) => controller)
    const mains = patient.containers.filter(({role}) => role === 'main')
    const done = mains.find(({status}) => status?.state?.terminated?.exitCode === 0)
    const left = mains.filter(({status}) => status?.state?.running)
    if (up?.kind !== 'Job' || !done || left.length === 0 || mains.some(({status}) => !status?.state?.running && status?.state?.terminated?.exitCode !== 0)) return
    const ended = Date.parse(done.status?.state?.terminated?.finishedAt ?? '')
    for (const {name, spec, statusPath, editPath} of left) {
      const serves = isEndless(spec) || SERVER.test(`${name} ${spec.image}`) || spec.livenessProbe !== undefined || spec.readinessProbe !== undefined || (spec.ports ?? []).length > 0
      if (!serves && !(patient.cluster.now - ended >= PATIENCE_MS)) continue
      const own = templateSpecOf(patient.owner)?.containers.find(container => container.name === name)
      const sidecar = own && {...own, restartPolicy: 'Always'}
      const inits = templateSpecOf(patient.owner)?.initContainers
      const change = sidecar && editTemplate(patient, [inits ? {path: 'initContainers', append: sidecar} : {path: 'initContainers', to: [sidecar]}, {path: editPath, remove: true}])
      yield {
        // The container itself is well: a finding about it would be taken for its past.
        about: name, ...(!serves && {likely: true as const}),
        summary: `Job "${up.name}" never completes: its container "${done.name}" is done (exit code 0), and container "${name}" of the same pod keeps running.`,
        evidence: [patient.cite(patient.pod, `${done.statusPath}.state.terminated.reason`), patient.cite(patient.pod, `${done.statusPath}.state.terminated.exitCode`), patient.cite(patient.pod, `${statusPath}.state.running`)],
        fixes: [{action: `Make "${name}" a sidecar: under initContainers, with restartPolicy Always, so that it is stopped when "${done.name}" is done${change ? ' (for the next runs)' : '; the template of a Job cannot be changed, so it is made anew'}`, ...change}],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
