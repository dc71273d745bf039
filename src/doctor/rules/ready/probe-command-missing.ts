import {blame, editProbes, failingProbes, namesOf} from '../../failing-probe.js'
import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'
import {basename} from '../../server-text.js'

/** containerd's and runc's words (after `failed to exec in container`), and the shell's. CRI-O's own are the same of runc. */
const MISSING = /exec: "([^"]+)": (?:executable file not found in \$PATH|stat [^:]+: no such file or directory|no such file or directory)|stat ([^\s:]+): no such file or directory|^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?([^\s:]+): (?:command )?not found/
/** Images without these, whatever their tag. */
const LACKS: Record<string, RegExp> = {curl: /^(?:busybox|alpine|debian|ubuntu|redis|postgres|mysql|mariadb|rabbitmq)$/, bash: /^(?:busybox|alpine)$/}
const ADDRESS = /https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0)(?::(\d+))?(\/[^\s"';|&]*)?/

export default defineRule({
  id: 'probe-command-missing',
  phase: 'ready',
  severity: 'error',
  heals: 'never',
  refines: ['probe-failing', 'probe-killed', 'probe-command-fails'],
  title: 'The command of a probe is not in the container\'s image',
  explain: `An exec probe runs its command inside of the container, with the programs of its image and without a shell. The image does not have this program (curl, wget and
bash are not in small images), so the probe can never pass. httpGet, tcpSocket and grpc probes are made by the kubelet and need nothing in the image.`,

  * check(patient) {
    for (const failing of failingProbes(patient)) {
      const {container, container: {spec, name, editPath}, field, probe, words} = failing
      const command = probe.exec?.command ?? []
      const said = probe.exec && words !== undefined ? MISSING.exec(words) : null
      const guess = words === undefined && LACKS[command[0] ?? '']?.test(basename(spec.image ?? ''))
      const program = said ? said[1] ?? said[2] ?? said[3] : guess ? command[0] : undefined
      if (program === undefined) continue
      const [, port = '80', path = '/'] = ADDRESS.exec(command.join(' ')) ?? []
      const asks = /^(?:curl|wget)$/.test(program) && ADDRESS.test(command.join(' '))
      const change = asks ? editTemplate(patient, [{path: `${editPath}.${field}.exec`, remove: true}, {path: `${editPath}.${field}.httpGet`, to: {path, port: Number(port)}}])
        : program === 'bash' && command[0] === 'bash' ? editProbes(patient, container, probe, 'exec.command', ['sh', ...command.slice(1)]) : undefined
      yield blame(patient, failing, {
        likely: !said,
        got: `runs "${program}", which is not in ${spec.image === '' ? 'its image' : `image ${spec.image}`}.`,
        fixes: [{action: asks ? `Let the kubelet ask itself: httpGet ${path} on port ${port}`
          : program === 'bash' ? `Run the command of the ${namesOf(container, probe)} with sh` : `Let the ${namesOf(container, probe)} of "${name}" run a program that image ${spec.image} has, or ask by httpGet or tcpSocket`, ...change}],
      })
    }
  },
})
