import {cite} from '../../cite.js'
import {editTemplate} from '../../fix.js'
import type {Patient} from '../../patient.js'
import {lookalikes, suggestion} from '../../references.js'
import {rollBack} from '../../revisions.js'
import {defineRule} from '../../rule.js'
import {isTemplated, isWaiting} from '../../scheduling.js'
import {manifestWord, schedulerWords} from '../../scheduling-words.js'
import type {Fix, Symptom} from '../../types.js'

export default defineRule({
  id: 'claim-missing',
  phase: 'schedule',
  severity: 'error',
  heals: 'never',
  refines: 'unschedulable',
  title: 'A PersistentVolumeClaim that the pod uses does not exist',
  explain: `A volume of the pod names a PersistentVolumeClaim that is not in the pod's namespace. Where the data lies decides on which node the pod can run, so
no node is chosen before the claim is there. The scheduler's message has changed over the versions and ends in a bare "not found", so the claim itself is looked up.
Claims cannot be used across namespaces. The claims of a StatefulSet's volumeClaimTemplates are made by its controller.`,

  * check(patient) {
    if (!isWaiting(patient)) return
    for (const [i, {name: volume, persistentVolumeClaim: source}] of (patient.pod.spec?.volumes ?? []).entries()) {
      if (source?.claimName === undefined || patient.find('PersistentVolumeClaim', source.claimName) !== null) continue
      const {claimName} = source
      const evidence = [...schedulerWords(patient), patient.cite(patient.pod, `spec.volumes[${i}].persistentVolumeClaim.claimName`), patient.citeAbsence('PersistentVolumeClaim', claimName)]
      const culprit = {kind: 'PersistentVolumeClaim', namespace: patient.namespace, name: claimName}
      const made = madeByController(patient, volume, claimName)
      if (made) {
        yield {...made, about: volume, evidence: [...evidence, ...made.evidence], culprit}
        continue
      }
      const like = lookalikes(patient, 'PersistentVolumeClaim', claimName)
      const path = `volumes[${volume}].persistentVolumeClaim.claimName`
      const change = like.best !== undefined && isTemplated(patient, `volumes[${i}]`) ? editTemplate(patient, [{path, to: like.best}]) : undefined
      const fixes: Fix[] = [
        ...(like.best === undefined ? [] : [{action: `Name PersistentVolumeClaim "${like.best}" in ${manifestWord(patient)}`, ...change}]), ...rollBack(patient, ''),
        {action: `Create PersistentVolumeClaim "${claimName}" in namespace ${patient.namespace}`},
      ]
      yield {about: volume, summary: `PersistentVolumeClaim "${claimName}" does not exist in namespace "${patient.namespace}" (volume "${volume}")${suggestion(like)}.`, evidence, fixes, culprit}
    }
  },
})

/** The StatefulSet controller makes claims by itself, and again for a pod that waits. Where it cannot, its events say why. */
function madeByController({owner, pod, cluster}: Patient, volume: string, claim: string): Pick<Symptom, 'summary' | 'evidence' | 'fixes'> | undefined {
  const {spec} = (owner.object ?? {}) as {spec?: {volumeClaimTemplates?: {metadata?: {name?: string}}[]}}
  if (owner.ref.kind !== 'StatefulSet' || claim !== `${volume}-${pod.metadata?.name}` || spec?.volumeClaimTemplates?.every(({metadata}) => metadata?.name !== volume)) return undefined
  const word = `statefulset/${owner.ref.name}`
  const event = cluster.events(owner.ref).find(({type, message = ''}) => type === 'Warning' && message.includes(claim))
  return {
    summary: `PersistentVolumeClaim "${claim}" does not exist, though ${word} makes one for each pod${event ? `: ${event.message?.trim().replace(/\.?$/, '')}` : ''}.`,
    evidence: event ? [cite(event, 'message')] : [],
    fixes: [event ? {action: `Take away what stops ${word} from making the claim: it tries again by itself`}
      : {action: `See why ${word} cannot make the claim: its events tell`, commands: [['kubectl', 'describe', word]], effect: 'reads'}],
  }
}
