import {blame, editProbes, failingProbes, namesOf} from '../../failing-probe.js'
import {answerTo} from '../../probe-answer.js'
import {defineRule} from '../../rule.js'
import {servedPath} from '../../served-path.js'

/**
 * The kubelet takes any answer from 200 to 399 as a success (pkg/probe/http/http.go) and says the others as `HTTP probe failed with
 * statuscode: 404`. When that event is gone, the server's access log may still have it. 401 and 403 are other faults, and so is
 * a 404 while a program starts: that one passes by itself.
 */
export default defineRule({
  id: 'probe-path-missing',
  phase: 'ready',
  severity: 'error',
  heals: 'never',
  refines: ['probe-failing', 'probe-killed'],
  title: 'A probe asks a path that the server does not have (404)',
  explain: `The server runs and answers, but it has nothing at the path that the probe asks. For a readiness probe that means that the pod never gets
traffic; for a liveness or startup probe, that a program that is well is killed again and again. The cure is in the probe: the path that the program has for this
purpose, including the prefix under which it serves (its context path).`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      const {container, field, probe, words, likely} = failing
      const answer = answerTo(patient, failing)
      if (!probe.httpGet || (answer ? ![404, 405, 410].includes(answer.code) : words !== undefined || likely)) continue
      const path = probe.httpGet.path ?? '/'
      const served = servedPath(patient, container, field, probe)
      if (!answer && !served?.whole) continue
      const change = served && editProbes(patient, container, probe, 'httpGet.path', served.path)
      const what = !answer ? `asks for ${path}, which the server does not have` : answer.code === 405 ? `gets 405: the server takes no GET at ${path}` : `gets ${answer.code}: the server has no ${path}`
      yield blame(patient, failing, {
        likely: !answer || answer.guess === true,
        got: `${what}${served ? `; ${served.why}` : ''}.`,
        evidence: [...answer?.evidence ?? [], ...served?.from ?? []],
        fixes: [{action: served ? `Let the ${namesOf(container, probe)} ask ${served.path} instead of ${path}` : `Let the ${namesOf(container, probe)} ask a path that the program answers, or give the program ${path}`, ...change}],
      })
    }
  },
})
