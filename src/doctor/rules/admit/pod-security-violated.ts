import {changeTemplate, citeRefusal, refusedWith} from '../../admission.js'
import {wordOf} from '../../fix.js'
import {setBy} from '../../guard.js'
import {isAtLeast, levels, patchOf, violations, type Level} from '../../pod-security.js'
import {blamed, demands, ENFORCE, forbiddenIn, VIOLATES} from '../../pod-security-words.js'
import {defineWorkloadRule} from '../../rule.js'

export default defineWorkloadRule({
  id: 'pod-security-violated',
  judges: 'workload',
  phase: 'admit',
  severity: 'error',
  heals: 'never',
  refines: 'pods-not-created',
  title: 'The namespace\'s Pod Security level refuses the pods',
  explain: `The namespace enforces a level of the Pod Security Standards, and the pods' template does what that level forbids. "baseline"
forbids what breaks out of the container (privileged, host namespaces, hostPath, host ports, strong capabilities); "restricted" also demands
that containers run as a user other than root, without privilege escalation, without capabilities and under a seccomp profile. The workload
itself is accepted, with a warning that is easily missed; only its pods are refused.`,

  * check(workload) {
    const {template, templated, templatePath, owner, namespace} = workload
    const refused = refusedWith(workload, VIOLATES)
    const home = workload.find('Namespace', namespace)
    const enforced = home?.metadata?.labels?.[ENFORCE]
    const level = (refused?.match?.[1] ?? enforced) as Level
    if (!refused || !template || !levels.includes(level) || (enforced !== undefined && !isAtLeast(enforced, level))) return
    const own = violations(template, level)
    const said = refused.match ? forbiddenIn(refused.match[2]!) : own
    if (said.length === 0) return
    const names = [...template.initContainers ?? [], ...template.containers ?? []].map(({name}) => name)
    const foreign = blamed(said).filter(name => !names.includes(name))
    const known = said.every(({control}) => own.some(violation => violation.control === control))
    const curable = known && own.every(({cure}) => cure !== undefined)
    const patch = patchOf(own, owner.templatePointer ?? '')
    const change = curable ? changeTemplate(workload, word => ['kubectl', 'patch', word, '-p', patch]) : undefined
    const why = patch.includes('"runAsUser":1000') ? '; runAsUser is 1000 because the kubelet would refuse an image that runs as root next' : ''
    const fitting = known ? levels.toReversed().find(lower => violations(template, lower).length === 0) : 'privileged'
    yield {
      summary: `${enforced === undefined ? 'The API server' : `Namespace "${namespace}"`} enforces Pod Security "${level}", which refuses the pods of ${wordOf(owner.ref)}: ${demands(said)}.`,
      evidence: [
        ...citeRefusal(workload, refused.refusal),
        ...(home && enforced !== undefined ? [workload.cite(home, `metadata.labels["${ENFORCE}"]`)] : []),
        ...own.flatMap(({path}) => path === undefined ? [] : [workload.cite(templated, `${templatePath}.${path}`)]),
      ],
      fixes: [
        ...(foreign.length > 0 ? [{action: `Change what adds container ${foreign.map(name => `"${name}"`).join(', ')} to the pods: it is not in the template, so an admission webhook does`}] : []),
        ...(own.length === 0 ? [] : [change ? {action: `Give the template the securityContext that "${level}" asks for${why}`, ...change}
        : curable ? {action: `Create ${wordOf(owner.ref)} anew with the securityContext that "${level}" asks for: its template cannot be changed`}
        : {action: `Take out of the template of ${wordOf(owner.ref)} what "${level}" forbids, or run it in a namespace of its own for trusted programs`}]),
        ...(home && enforced !== undefined ? [{
          action: `Let namespace "${namespace}" enforce "${fitting}" only`, removesGuard: setBy(home, 'metadata.labels'),
          commands: [['kubectl', 'label', `namespace/${namespace}`, `${ENFORCE}=${fitting}`, '--overwrite']],
        }] : []),
      ],
      culprit: {...owner.ref, part: level},
    }
  },
})
