import {blame, editProbes, failingProbes, namesOf} from '../../failing-probe.js'
import {answerTo} from '../../probe-answer.js'
import {defineRule} from '../../rule.js'
import {servedPath} from '../../served-path.js'

/** The kubelet sends no credentials but those in `httpHeaders`, and follows no login. The words are `HTTP probe failed with statuscode: 401`. */
export default defineRule({
  id: 'probe-denied',
  phase: 'ready',
  severity: 'error',
  heals: 'never',
  refines: ['probe-failing', 'probe-killed'],
  title: 'A probe asks a path that needs a login (401, 403)',
  explain: `The server answers, but does not let the kubelet in: probes carry no credentials unless httpHeaders holds them. A path for probes has to be open to
everybody who can reach the pod, or the probe has to be a plain connection (tcpSocket). 403 is also what servers say for a folder that they may not list, and for
a host name that they do not know.`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      const {container, field, probe} = failing
      const answer = answerTo(patient, failing)
      if (!answer || ![401, 403, 407].includes(answer.code)) continue
      const path = probe.httpGet?.path ?? '/'
      const served = servedPath(patient, container, field, probe)
      const change = served && editProbes(patient, container, probe, 'httpGet.path', served.path)
      const sent = (probe.httpGet?.httpHeaders ?? []).some(({name}) => /^authorization$/i.test(name))
      yield blame(patient, failing, {
        ...(answer.guess && {likely: true}),
        got: `gets ${answer.code}: the server ${answer.code === 403 ? `refuses ${path} to the kubelet, whose probe sends ${sent ? 'a login that is not enough' : 'no login'}` : `wants a login for ${path}, and the probe sends ${sent ? 'one that is not accepted' : 'none'}`}${served ? `; ${served.why}` : ''}.`,
        evidence: [...answer.evidence, ...served?.from ?? []],
        fixes: [{action: served ? `Let the ${namesOf(container, probe)} ask ${served.path}, which needs no login` : `Let the ${namesOf(container, probe)} ask a path that needs no login, or open ${path} to all`, ...change}],
      })
    }
  },
})
