import {editTemplate} from '../../fix.js'
import {lookalikes, suggestion} from '../../references.js'
import {defineRule} from '../../rule.js'
import {isTemplated, isWaiting} from '../../scheduling.js'
import {manifestWord, schedulerWords, theirWord, verb} from '../../scheduling-words.js'
import type {Fix} from '../../types.js'

export default defineRule({
  id: 'resource-claim-missing',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: ['unschedulable', 'scheduler-not-running'],
  title: 'A ResourceClaim or ResourceClaimTemplate that the pod uses does not exist',
  explain: `A pod asks for devices by ResourceClaims (dynamic resource allocation, on by default since 1.34). It names a claim of its namespace, or a ResourceClaimTemplate from which a controller makes a
claim for each pod. Before the claims are there, no scheduler takes the pod up: it waits without a condition and without an event, exactly like a pod whose scheduler does
not run.`,

  * check(patient) {
    if (!isWaiting(patient)) return
    for (const [i, {name, resourceClaimName, resourceClaimTemplateName}] of (patient.pod.spec?.resourceClaims ?? []).entries()) {
      const [kind, field, wanted] = resourceClaimName === undefined ? ['ResourceClaimTemplate', 'resourceClaimTemplateName', resourceClaimTemplateName] as const : ['ResourceClaim', 'resourceClaimName', resourceClaimName] as const
      if (wanted === undefined || patient.find(kind, wanted) !== null) continue
      const like = lookalikes(patient, kind, wanted)
      const change = like.best !== undefined && isTemplated(patient, `resourceClaims[${i}]`) ? editTemplate(patient, [{path: `resourceClaims[${name}].${field}`, to: like.best}]) : undefined
      const [event] = patient.events('FailedResourceClaimCreation')
      const fixes: Fix[] = [
        ...(like.best === undefined ? [] : [{action: `Name ${kind} "${like.best}" in ${manifestWord(patient)}`, ...change}]),
        {action: `Create ${kind} "${wanted}" in namespace ${patient.namespace}`},
      ]
      yield {
        about: name,
        summary: `${kind} "${wanted}", which ${theirWord(patient)} ${verb(patient, 'use')} as "${name}", does not exist in namespace "${patient.namespace}"${suggestion(like)}.`,
        evidence: [...schedulerWords(patient), patient.cite(patient.pod, `spec.resourceClaims[${i}].${field}`), patient.citeAbsence(kind, wanted), ...(event ? patient.citeIfPresent(event, 'message') : [])],
        fixes, culprit: {kind, namespace: patient.namespace, name: wanted},
      }
    }
  },
})
