import {Command} from '@oclif/core/command'
import {boolean, string} from '@oclif/core/flags'
import {examineCluster, examineFile} from '../cli/examination.js'
import {kubeFlags} from '../cli/flags.js'
import {commonFlags, isColored, outputFlag} from '../cli/output.js'
import {complain, print} from '../cli/print.js'
import {isBlind, refusalsOf} from '../cli/refusals.js'
import {withSpinner} from '../cli/spinner.js'
import {formats, report} from '../doctor/report/index.js'
import {rules} from '../doctor/rules/index.js'
import Rules from './pod-doctor-rules.js'

export default class PodDoctor extends Command {
  static override strict = false
  static override description = 'Say why a pod does not run, and what cures it. Reads only; changes nothing.'
  static override usage = ['[POD | TYPE/NAME | TYPE NAME ... | -l SELECTOR | -A] [options]', 'rules [RULE]']
  static override examples = [
    '# Say why the pod web-0 does not run\nkubectl pod-doctor web-0\n',
    '# Examine a deployment and its pods in namespace shop\nkubectl pod-doctor deployment/web -n shop\n',
    '# Examine every pod and workload of the namespace that is not well\nkubectl pod-doctor\n',
    '# Say why the service web answers nobody\nkubectl pod-doctor service/web\n',
    '# One line for every cause in the cluster\nkubectl pod-doctor -A\n',
    '# Examine the pods with a label, and try the printed commands as a dry run on the server\nkubectl pod-doctor -l app=web --verify\n',
    '# Save what was read, for a bug report, and examine it without a cluster\nkubectl pod-doctor web-0 -o snapshot > web.yaml\nkubectl pod-doctor --from web.yaml\n',
    '# Print the faults that it knows, or what it knows about one\nkubectl pod-doctor rules',
  ]
  static override flags = {
    output: outputFlag(formats),
    'all-namespaces': boolean({char: 'A', description: 'Examine the whole cluster: one line per cause, with -o wide the details.'}),
    selector: string({char: 'l', helpValue: 'SELECTOR', description: 'Examine what has these labels, supports \'=\', \'==\', \'!=\', \'in\', \'notin\' (e.g. -l key1=value1,key2=value2).'}),
    container: string({char: 'c', helpValue: 'NAME', description: 'Examine only this container.'}),
    from: string({char: 'f', helpValue: 'FILE', description: 'Examine a file instead of the cluster: a snapshot, or what `kubectl get -o yaml` prints. - reads it from stdin.'}),
    explain: boolean({description: 'Say what every fault that was found means, and what was left out because something else says it better.'}),
    verify: boolean({description: 'Try every command that is printed as a dry run on the server, with kubectl. Changes nothing.'}),
    ...commonFlags,
    ...kubeFlags,
  }
  static subcommands = {rules: Rules}

  async run(): Promise<number> {
    const {argv, flags: {output, from, explain, verify, selector, container, 'all-namespaces': everywhere, ...flags}} = await this.parse(PodDoctor)
    const verified = verify ? (await import('../cli/verify.js')).verifier(flags, from) : undefined
    const question = {words: argv as string[], everywhere, selector, container}
    const examined = from === undefined ? examineCluster(question, flags, rules) : examineFile(from, question, flags.namespace, rules)
    const {snapshot, diagnosis} = await withSpinner('Examining', verified ? examined.then(verified) : examined)

    const refusals = refusalsOf(diagnosis)
    if (refusals.length > 0) complain(`${refusals.join('\n')}\n`)
    if (refusals.length > 0 && isBlind(diagnosis)) return 3
    await print(await report(output, snapshot, diagnosis, {explain, color: await isColored(flags)}))
    if (output === 'snapshot') {
      complain((await import('../kube/remains.js')).remains(snapshot).map(line => `${line}\n`).join(''))
      return 0
    }
    return {sound: 0, faulty: 1, inconclusive: 1, unknown: 3}[diagnosis.verdict]
  }
}
