import type {HorizontalPodAutoscaler, Kind, PodSpec} from '../kube/types.js'
import {wordOf} from './fix.js'
import {templateSpecOf, ownerFrom} from './owner.js'
import {lookalikes, suggestion} from './references.js'
import type {Subject} from './subject.js'
import type {Fix, Symptom} from './types.js'
import {WORKLOAD_KINDS} from './workload.js'

type Verdict = Pick<Symptom, 'summary' | 'evidence' | 'fixes' | 'culprit'>

/**
 * Why an autoscaler does not scale, after its conditions `AbleToScale` and `ScalingActive` (pkg/controller/podautoscaler, 1.28 to 1.34). `ScalingDisabled` (somebody has
 * set replicas to 0) is nobody's fault. Undefined where it scales.
 */
export function whyNotScaling(subject: Subject, hpa: HorizontalPodAutoscaler): Verdict | undefined {
  const {conditions = []} = hpa.status ?? {}
  const {kind, name: target} = hpa.spec?.scaleTargetRef ?? {kind: '', name: ''}
  const index = conditions.findIndex(({type, status, reason}) => (type === 'AbleToScale' || type === 'ScalingActive') && status === 'False' && reason !== 'ScalingDisabled')
  const condition = conditions[index]
  if (!condition) return undefined
  const {reason = '', message = ''} = condition
  const self = `HorizontalPodAutoscaler "${hpa.metadata?.name}"`
  const culprit = {kind: 'HorizontalPodAutoscaler', namespace: subject.namespace, name: hpa.metadata?.name ?? ''}
  const said = subject.cite(hpa, `status.conditions[${index}].message`)
  const known = (WORKLOAD_KINDS as readonly string[]).includes(kind) ? subject.find(kind as Kind, target) : undefined
  if (known === null) {
    const like = lookalikes(subject, kind as 'Deployment', target)
    return {
      summary: `${self} is to scale ${kind.toLowerCase()}/${target}, which does not exist in namespace "${subject.namespace}"${suggestion(like)}.`,
      evidence: [subject.cite(hpa, 'spec.scaleTargetRef.name'), subject.citeAbsence(kind as Kind, target), said], culprit,
      fixes: like.best === undefined ? [{action: `Let it scale a workload that exists, or delete the autoscaler`}] : [{
        action: `Let it scale ${kind.toLowerCase()}/${like.best}`, effect: 'changes-spec',
        commands: [['kubectl', 'patch', `horizontalpodautoscaler/${hpa.metadata?.name}`, '--type=merge', '-p', JSON.stringify({spec: {scaleTargetRef: {name: like.best}}})]],
      }],
    }
  }
  const resource = /metrics for resource (\w+)|missing request for (\w+)/.exec(message)?.slice(1).find(Boolean)
  const spec = known ? templateSpecOf(ownerFrom({kind, name: target, namespace: subject.namespace}, known)) : undefined
  const lacking = resource === undefined || !spec ? [] : lackingRequest(spec, resource)
  const first = spec?.containers.findIndex(({name}) => name === lacking[0]) ?? -1
  const lack = lacking.length === 0 ? undefined : `container ${lacking.map(name => `"${name}"`).join(', ')} of ${wordOf({kind, name: target})} ${lacking.length === 1 ? 'has' : 'have'} no ${resource} request`
  const why = whyNoMetrics(message)
  const words = /missing request for/.test(message) && lack !== undefined ? lack : why === undefined ? `${reason}: ${message}` : lack === undefined ? why : `${why}; and ${lack}, of which a percentage is to be used`
  const request: Fix | undefined = lack === undefined || !spec ? undefined : {action: `Give ${lacking.map(name => `"${name}"`).join(', ')} a ${resource} request that it can be measured by`}
  return {
    summary: `${self} cannot scale ${wordOf({kind, name: target})}: ${words.replace(/\.$/, '')}.`,
    evidence: [said, ...(known && lack !== undefined ? subject.citeIfPresent(known, `spec.template.spec.containers[${first}].resources`) : [])], culprit,
    fixes: [...(why === undefined ? [] : [{action: why === DOWN ? 'Get the metrics server to run: kubectl pod-doctor -n kube-system -l k8s-app=metrics-server says what ails it' : 'Install what serves these metrics: for CPU and memory the metrics-server'}]), ...(request ? [request] : [])],
  }
}

const ABSENT = 'nothing in the cluster serves these metrics (metrics-server is not installed)'
const DOWN = 'the server of these metrics does not answer'

/** The API server's answer for a group that nobody has registered, and for one whose server is away. */
const whyNoMetrics = (message: string): string | undefined =>
  /the server could not find the requested resource|no matches for kind/.test(message) ? (/metrics\.k8s\.io/.test(message) && !/custom|external/.test(message) ? ABSENT : 'nothing in the cluster serves these metrics')
  : /currently unable to handle the request|no metrics returned from resource metrics API/.test(message) ? DOWN : undefined

const lackingRequest = ({containers}: PodSpec, resource: string): string[] =>
  containers.filter(({resources}) => resources?.requests?.[resource] === undefined && resources?.limits?.[resource] === undefined).map(({name}) => name)
