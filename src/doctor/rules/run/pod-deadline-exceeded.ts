import {wordOf} from '../../fix.js'
import {defineRule} from '../../rule.js'

/** The kubelet stops the pod (pkg/kubelet/active_deadline.go): reason DeadlineExceeded, an exit code of 137 or 143. That of a Job deletes its pods: `job-deadline-exceeded`. */
export default defineRule({
  id: 'pod-deadline-exceeded',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: ['container-exited', 'killed-by-sigkill'],
  title: 'The pod was stopped because its activeDeadlineSeconds were over',
  explain: `A pod with activeDeadlineSeconds may run for that long on its node; then the kubelet stops its containers, and the pod fails for good,
whatever they were doing. The exit code 137 or 143 comes from that stop. The time of init containers and of pulling images counts, and a restarted
container does not get more.`,

  * check(patient) {
    const {pod, owner, ref, containers} = patient
    const seconds = pod.spec?.activeDeadlineSeconds
    if (pod.status?.reason !== 'DeadlineExceeded' || pod.status.phase !== 'Failed') return
    const stopped = containers.filter(({ended, role}) => ended && ended.exitCode !== 0 && role !== 'sidecar')
    const bare = owner.ref.kind === 'Pod'
    for (const container of stopped.length > 0 ? stopped : [undefined]) {
      yield {
        ...(container && {container: container.name}),
        summary: `Pod "${ref.name}" was stopped after its activeDeadlineSeconds${seconds === undefined ? '' : ` of ${seconds}`}${
          stopped.length > 0 ? `; container${stopped.length > 1 ? 's' : ''} ${stopped.map(({name}) => `"${name}"`).join(', ')} had not ended by then` : ''}.`,
        evidence: [patient.cite(pod, 'status.reason'), ...patient.citeIfPresent(pod, 'spec.activeDeadlineSeconds'), ...(container?.ended ? [patient.cite(pod, `${container.ended.path}.exitCode`)] : [])],
        fixes: seconds === undefined ? [] : [{action: `${bare ? `Create ${wordOf(ref)} anew with` : `Give the pods of ${wordOf(owner.ref)}`} more than ${seconds} activeDeadlineSeconds, or ${bare ? 'without a deadline' : 'no deadline'}`}],
        culprit: {...owner.ref, part: 'activeDeadlineSeconds'},
      }
    }
  },
})
