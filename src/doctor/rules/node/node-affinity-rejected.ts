import {editTemplate} from '../../fix.js'
import {isPinned, pinnedWord} from '../../kubelet-refusal.js'
import {fulfils, requirementWord, valueOf, waysOf} from '../../node-selection.js'
import {listed} from '../../report/layout.js'
import {defineRule} from '../../rule.js'
import {fitting} from '../../scheduling.js'
import {manifestWord, verb} from '../../scheduling-words.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'node-affinity-rejected',
  phase: 'node',
  severity: 'error',
  heals: 'never',
  refines: 'pod-rejected',
  title: 'The node refused the pod because its labels are not what the pod asks for',
  explain: `The kubelet looks once more whether the node has the labels that the pod's node selector and required node affinity ask for. A scheduler would not have chosen such a node: either spec.nodeName
stood in the manifest, which overrides the choice but not the rules, or the node's labels were changed before the kubelet started the pod. The refused pod stays Failed with
reason NodeAffinity.`,

  * check(patient) {
    const {pod, owner} = patient
    const {phase, reason} = pod.status ?? {}
    const name = pod.spec?.nodeName
    if (phase !== 'Failed' || reason !== 'NodeAffinity' || name === undefined) return
    const node = patient.find('Node', name)
    const ways = waysOf(pod.spec)
    const unmet = node && ways.length > 0 ? ways.map(way => way.filter(requirement => !fulfils(requirement, node))).toSorted((a, b) => a.length - b.length)[0]! : undefined
    const wanted = unmet && unmet.length > 0 ? unmet : ways.length === 1 ? ways[0]! : []
    const has = node && unmet && unmet.length > 0 ? listed(unmet.map(requirement => valueOf(requirement, node) === undefined ? `no label ${requirement.key}` : `${requirement.key}=${valueOf(requirement, node)}`)) : undefined
    const elsewhere = isPinned(patient) ? fitting(patient, []).filter(other => other !== name) : []
    const what = listed(wanted.map(requirementWord))
    const fixes: Fix[] = [{
      action: `Take nodeName out of ${manifestWord(patient)}${elsewhere.length > 0 ? `: ${elsewhere.slice(0, 3).join(', ')} would take ${verb(patient, 'the pods', 'it')}` : what === '' ? '' : `, or do not ask for ${what} there, or label node "${name}" so`}`,
      ...(isPinned(patient) && elsewhere.length > 0 && editTemplate(patient, [{path: 'nodeName', remove: true}])),
    }]
    yield {
      summary: `Node "${name}", ${pinnedWord(patient)}, refused ${verb(patient, 'them', 'it')} (NodeAffinity): ${what === '' ? 'its labels do not match the node affinity'
        : `${verb(patient, 'they ask', 'it asks')} for ${what}, and the node ${has ? `has ${has}` : 'had not that'}`}.`,
      evidence: [patient.cite(pod, 'status.reason'), ...patient.citeIfPresent(pod, 'status.message'), patient.cite(pod, 'spec.nodeName'), ...wanted.flatMap(({path}) => patient.citeIfPresent(pod, `spec.${path}`)),
        ...(node ? wanted.flatMap(({key}) => patient.citeIfPresent(node, `metadata.labels["${key}"]`)) : [])],
      fixes, culprit: {...owner.ref, part: what},
    }
  },
})
