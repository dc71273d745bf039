import {blame, failingProbes} from '../../failing-probe.js'
import {editTemplate, type Edit} from '../../fix.js'
import {portOf} from '../../probes.js'
import {defineRule} from '../../rule.js'

/** Addresses of the container itself, which nobody else can reach. */
const LOCAL = String.raw`(?:127\.0\.0\.1|localhost|\[::1\])`

/** The words are those of a wrong port (`connection refused`): the kubelet comes from outside of the pod's network. Only the program's own words or command tell. */
export default defineRule({
  id: 'probe-loopback-only',
  phase: 'ready',
  severity: 'error',
  heals: 'never',
  refines: ['probe-failing', 'probe-killed', 'probe-wrong-port', 'probe-too-early', 'probe-grpc-failing'],
  title: 'The program listens on localhost only, where no probe can reach it',
  explain: `A program that is bound to 127.0.0.1 (many frameworks do so by default, for development) takes connections only from inside of its pod. The kubelet and all
Services come from outside and are refused, although a port-forward or an exec shows that it works. It has to listen on 0.0.0.0 (or [::]).`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      const {container, container: {spec, editPath, specPath}, probe, words} = failing
      const port = portOf(probe, spec)
      if (port === undefined || (words !== undefined && !/connection refused|failed to connect service/.test(words))) continue
      const log = patient.log(container, {previous: failing.killed && container.ended?.previous === true}) ?? patient.log(container, {previous: false})
      const lines = log?.text.split('\n') ?? []
      const address = new RegExp(`(?:${LOCAL}:${port}(?!\\d)|\\b(?:on|at|host|address|bound to|bind)[ =:]+"?${LOCAL}"?\\b.*\\b${port}\\b|\\bport:? ${port}\\b.*${LOCAL})`)
      const line = lines.findIndex(text => /listen|serving|running|started|bound|bind|server|ready/i.test(text) && address.test(text))
      const open = lines.some(text => new RegExp(`(?:0\\.0\\.0\\.0|\\[::\\]|\\*|(?<![\\w.\\]]))[:]${port}\\b`).test(text))
      const edits = (['command', 'args'] as const).flatMap(at => (spec[at] ?? []).flatMap((word, i): Edit[] => {
        const pattern = new RegExp(`${LOCAL}(?=:${port}(?!\\d))|(?<=^--?(?:host|bind|bind-address|listen|address|addr)[= ])${LOCAL}`, 'g')
        const apart = /^--?(?:host|bind|bind-address|address|addr)$/.test(spec[at]?.[i - 1] ?? '') && new RegExp(`^${LOCAL}$`).test(word)
        return pattern.test(word) || apart ? [{path: `${editPath}.${at}[${i}]`, to: apart ? '0.0.0.0' : word.replaceAll(pattern, '0.0.0.0')}] : []
      }))
      if (open || (line < 0 && (edits.length === 0 || lines.join('').trim() !== ''))) continue
      const change = edits.length > 0 ? editTemplate(patient, edits) : undefined
      yield blame(patient, failing, {
        likely: line < 0,
        got: `is refused: the program listens on ${new RegExp(LOCAL).exec(line < 0 ? [...spec.command ?? [], ...spec.args ?? []].join(' ') : lines[line]!)?.[0] ?? 'localhost'}:${port} only, ${line < 0 ? 'by its command' : 'as its log says'}, and not on the pod's address.`,
        evidence: line >= 0 && log ? [patient.citeLog(log, line)] : (['command', 'args'] as const).flatMap(at => patient.citeIfPresent(patient.pod, `${specPath}.${at}`)),
        fixes: [{action: `Let the program of "${container.name}" listen on 0.0.0.0:${port}`, ...change}],
      })
    }
  },
})
