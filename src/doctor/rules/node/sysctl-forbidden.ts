import {editTemplate} from '../../fix.js'
import {defineRule} from '../../rule.js'

/**
 * pkg/kubelet/sysctl/allowlist.go, reason `SysctlForbidden`: `Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted`, or `… not allowed with host net
 * enabled`. A sysctl that the kernel does not know passes here and fails in the sandbox.
 */
const FORBIDDEN = /forbidden sysctl: "([^"]+)" ([^.]+)/

export default defineRule({
  id: 'sysctl-forbidden',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  refines: 'pod-rejected',
  title: 'The pod sets a sysctl that its node does not allow',
  explain: `A few kernel parameters are "safe": they concern the pod alone, and any pod may set them. All others are refused by the kubelet unless the node was started with
--allowed-unsafe-sysctls for them. A refused pod stays Failed; a controller makes the next one for it at once, which fails as well.`,

  * check(patient) {
    const {pod} = patient
    const [, sysctl, why = ''] = pod.status?.phase === 'Failed' && pod.status.reason === 'SysctlForbidden' ? FORBIDDEN.exec(pod.status.message ?? '') ?? [] : []
    if (sysctl === undefined) return
    const sysctls = pod.spec?.securityContext?.sysctls ?? []
    const index = sysctls.findIndex(({name}) => name.replaceAll('/', '.') === sysctl.replaceAll('/', '.'))
    const node = pod.spec?.nodeName ?? ''
    const path = sysctls.length === 1 ? 'securityContext.sysctls' : `securityContext.sysctls["${sysctls[index]?.name}"]`
    const change = index < 0 ? undefined : editTemplate(patient, [{path, remove: true}])
    const host = why.includes('with host')
    yield {
      summary: `Node "${node}" refuses the pod because it sets sysctl "${sysctl}"${index < 0 ? '' : ` to ${sysctls[index]!.value}`}, which ${host ? `is ${why.trim()}` : 'is not among the safe ones, nor allowed on this node'}.`,
      evidence: [patient.cite(pod, 'status.reason'), patient.cite(pod, 'status.message'), ...(index < 0 ? [] : [patient.cite(pod, `spec.securityContext.sysctls[${index}]`)])],
      fixes: [
        ...(change ? [{action: `Leave out sysctl "${sysctl}"`, ...change}] : [{action: `Leave out sysctl "${sysctl}"`}]),
        ...(host ? [] : [{action: `Allow it on nodes that are meant for such pods: kubelet --allowed-unsafe-sysctls=${sysctl}`}]),
      ],
      culprit: {...patient.owner.ref, part: sysctl},
    }
  },
})
