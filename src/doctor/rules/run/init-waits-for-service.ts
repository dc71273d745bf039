import {attemptOf, obstacleTo} from '../../destination.js'
import {initWords, waitersOf} from '../../init-place.js'
import {defineRule} from '../../rule.js'
import {originsOf} from '../../value-origin.js'
import {waitedFor} from '../../waited-for.js'

/**
 * An init container that runs and waits for a host, as its command or its log says: `until nslookup db; do …`, `nc -z db 5432`, `pg_isready -h db`.
 * It never fails, so nothing reports it; why it waits is at the other end.
 */
export default defineRule({
  id: 'init-waits-for-service',
  phase: 'run',
  severity: 'error',
  heals: 'by itself',
  refines: 'init-container-hangs',
  title: 'An init container waits for a Service that is missing or has nobody behind it',
  explain: `An init container that waits until a host answers holds the pod in Init for as long as that takes; it does not fail and is not restarted. The host is a Service of the
cluster that does not exist (a typing error, another namespace), selects no pods, has no ready pods, or has no such port. The pod goes on by itself once the host answers.`,

  * check(patient) {
    for (const container of patient.containers) {
      const {name, role, status, statusPath} = container
      if (role !== 'init' || !status?.state?.running) continue
      for (const {address, failure, evidence} of waitedFor(patient, container)) {
        const attempt = attemptOf(patient, container, address, failure)
        // `db.$(cat …/namespace).svc`: only the first label stands in the command.
        const label = address.host.split('.')[0]!
        const parts = attempt.origins?.length === 0 && label !== address.host
          ? originsOf(patient, container, label).map(origin => ({...origin, change: (to: string) => to.includes('.') ? {action: `Let it use ${to} instead of ${address.host}`} : origin.change(to)})) : undefined
        const obstacle = obstacleTo(patient, parts ? {...attempt, origins: parts} : attempt)
        if (!obstacle) continue
        yield {
          container: name,
          ...(obstacle.likely && {likely: true as const}),
          summary: `${initWords(patient, container)} waits for ${address.host}${address.port === undefined ? '' : `:${address.port}`}: ${obstacle.words}; ${waitersOf(patient, container)}.`,
          evidence: [patient.cite(patient.pod, `${statusPath}.state.running`), ...evidence, ...obstacle.evidence],
          fixes: obstacle.fixes,
          culprit: obstacle.culprit,
        }
        break
      }
    }
  },
})
