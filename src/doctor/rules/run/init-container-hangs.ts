import {isEndless} from '../../endless.js'
import {initWords, waitersOf} from '../../init-place.js'
import {shortened} from '../../log-scan.js'
import {defineRule} from '../../rule.js'
import {age} from '../../triage.js'
import {waitedFor} from '../../waited-for.js'

/** A container that prepares something may need its time. */
const PATIENCE_MS = 60_000

/** The net for init containers that neither end nor fail. Nobody reports them: the status says `running`, and there is no event. */
export default defineRule({
  id: 'init-container-hangs',
  phase: 'run',
  severity: 'error',
  heals: 'by itself',
  title: 'An init container runs and does not end',
  explain: `Init containers have to end before the next one and the pod's own containers may start. This one is still running. Either it has much to do, or it waits for something, or
its program is one that never ends: a server or a sleep belongs under containers, or, as an init container with restartPolicy Always, becomes a sidecar.`,

  * check(patient) {
    for (const container of patient.containers) {
      const {name, role, spec, status, specPath, statusPath} = container
      const since = status?.state?.running?.startedAt
      if (role !== 'init' || !status?.state?.running) continue
      const endless = isEndless(spec)
      if (!endless && !(patient.cluster.now - Date.parse(since ?? '') >= PATIENCE_MS)) continue
      const log = patient.log(container, {previous: false})
      const lines = log?.text.trimEnd().split('\n') ?? []
      const last = lines.at(-1) ?? ''
      const host = waitedFor(patient, container)[0]?.address
      const command = [...spec.command ?? [], ...spec.args ?? []].join(' ').replaceAll(/\s+/g, ' ')
      const runs = command === '' ? `image ${spec.image}` : shortened(command)
      const said = last !== '' ? `; it wrote last: ${shortened(last)}` : log && !log.cut ? ', and has written nothing' : ''
      yield {
        container: name, ...(!endless && {likely: true as const}),
        summary: `${initWords(patient, container)} has been running for ${age(since, patient.cluster.now)} and does not end (${runs})${host ? `, waiting for ${host.host}${host.port === undefined ? '' : `:${host.port}`}` : ''}${said}; ${waitersOf(patient, container)}.`,
        evidence: [patient.cite(patient.pod, `${statusPath}.state.running`), ...(['command', 'args'] as const).flatMap(at => patient.citeIfPresent(patient.pod, `${specPath}.${at}`)),
          ...(log && last !== '' ? [patient.citeLog(log, lines.length - 1)] : [])],
        fixes: [{action: endless ? `Let init container "${name}" run something that ends; a program that is to go on beside the others gets restartPolicy Always there, or stands under containers`
          : `Mend what init container "${name}" waits for, or let it give up after some time, so that its failure shows`}],
        culprit: {...patient.owner.ref, part: name},
      }
    }
  },
})
