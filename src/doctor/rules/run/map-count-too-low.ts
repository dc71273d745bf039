import {changing, wordOf} from '../../fix.js'
import {logOfEnd} from '../../log-scan.js'
import {defineRule} from '../../rule.js'

/**
 * MaxMapCountCheck in BootstrapChecks.java of Elasticsearch (from 5) and OpenSearch, exit code 78; SonarQube has an Elasticsearch inside. Where the checks are not enforced (discovery.type=single-node,
 * only loopback) the same words are a warning, without "bootstrap checks failed", and whatever ended the program is another fault.
 */
const TOO_LOW = /max virtual memory areas vm\.max_map_count \[(\d+)\] is too low, increase to at least \[(\d+)\]/
const FAILED = /\[(\d+)\] bootstrap checks? failed/
/** Images whose entrypoint makes settings of variables with dots in their names; Bitnami's does not. */
const OFFICIAL = /^(?!.*bitnami)(?:.*\/)?(?:elasticsearch|opensearch)(?:-oss)?(?:[:@]|$)/
const DOTTED = /^[a-z0-9_]+\.[a-z0-9_]+/
const NO_MMAP = 'node.store.allow_mmap'

export default defineRule({
  id: 'map-count-too-low',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: ['container-exited', 'init-container-failed'],
  title: 'The node allows fewer memory maps than Elasticsearch or OpenSearch demands',
  explain: `Elasticsearch maps its index files into memory, and does not start where the kernel's vm.max_map_count is too low for that. The setting belongs to the node, not to the pod:
the pod's securityContext.sysctls cannot set it. Whoever runs the nodes sets it there, on each one that may get the pod (sysctl, a DaemonSet, the node pool's configuration), and for production that is
best. With node.store.allow_mmap=false the check is left out: files are read instead of mapped, which is slower. Many charts have a privileged init container that writes the sysctl: it changes the node
for all its pods, needs a namespace that lets privileged pods in, and gives up much for one number.`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, spec, specPath, ended, status} = container
      const log = ended.exitCode === 0 || status?.ready ? undefined : logOfEnd(patient, container)
      const failed = log ? FAILED.exec(log.text) : null
      // The last time is in plain words; before that it may be in a record.
      const line = failed && log ? log.text.split('\n').findLastIndex(text => TOO_LOW.test(text)) : -1
      if (!log || !failed || line < 0) continue
      const [, is, wanted] = TOO_LOW.exec(log.text.split('\n')[line]!)!
      const others = Number(failed[1]) - 1
      const {nodeName} = patient.pod.spec ?? {}
      const {owner} = patient
      const env = spec.env ?? []
      const dotted = env.findIndex(variable => DOTTED.test(variable.name))
      const isRead = OFFICIAL.test(spec.image ?? '') || dotted >= 0
      const tried = env.findIndex(variable => variable.name === NO_MMAP && variable.value === 'false')
      const raise = {action: `Set vm.max_map_count to at least ${wanted} on ${nodeName === undefined ? 'the node' : `node "${nodeName}"`} and on all others that may get the pod, now with sysctl and for the next boot in /etc/sysctl.d`}
      const without = isRead
        ? {action: `Let it read its files without mapping them (${NO_MMAP}=false), which is slower`, ...(owner.templatePointer !== undefined && changing(owner, [['kubectl', 'set', 'env', wordOf(owner.ref), '-c', name, `${NO_MMAP}=false`]]))}
        : {action: `Set ${NO_MMAP} to false in its configuration: it then reads its files without mapping them, which is slower`}
      yield {
        container: name,
        summary: `Container "${name}" fails its bootstrap checks: vm.max_map_count${nodeName === undefined ? '' : ` of node "${nodeName}"`} is ${is}, and it demands at least ${wanted}${tried >= 0 ? `; ${NO_MMAP} is false, which its image does not read` : ''}${others > 0 ? `; ${others} other ${others === 1 ? 'check fails' : 'checks fail'}, too` : ''}.`,
        evidence: [patient.citeLog(log, line), patient.cite(patient.pod, `${ended.path}.exitCode`), ...patient.citeIfPresent(patient.pod, 'spec.nodeName'), ...(tried >= 0 ? [patient.cite(patient.pod, `${specPath}.env[${tried}]`)] : dotted >= 0 ? [patient.cite(patient.pod, `${specPath}.env[${dotted}].name`)] : patient.citeIfPresent(patient.pod, `${specPath}.image`))],
        fixes: tried >= 0 ? [raise] : isRead ? [without, raise] : [raise, without],
        culprit: {...owner.ref, part: `${name} vm.max_map_count`},
      }
    }
  },
})
