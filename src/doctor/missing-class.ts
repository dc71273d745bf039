import type {KubeObject} from '../kube/types.js'
import {changeTemplate, citeRefusal, refusedWith} from './admission.js'
import {editTemplate, wordOf, type Edit} from './fix.js'
import {nearMisses, STRONG} from './near-miss.js'
import type {Fix, Symptom} from './types.js'
import type {Workload} from './workload.js'

/** A class of the cluster that a pod names, and where it does. */
export interface ClassField {
  kind: 'PriorityClass' | 'RuntimeClass'
  field: 'priorityClassName' | 'runtimeClassName'
  /** The API server's words; the first group is the name. */
  words: RegExp
  /** What the pods are without it, after "Run the pods ". */
  without: string
}

/** A workload whose pods name a class that the cluster does not have: from the API server's words, or from the template when they are gone. */
export function missingClass(workload: Workload, {kind, field, words, without}: ClassField): Symptom | undefined {
  const {template, templated, templatePath, owner} = workload
  const refused = refusedWith(workload, words)
  const name = template?.[field]
  if (!refused || !name || (refused.match && refused.match[1] !== name)) return undefined
  const found = workload.find(kind, name)
  if (found || (found === undefined && !refused.match)) return undefined
  const all = workload.list(kind, {}) as KubeObject[] | undefined
  const others = (all ?? []).map(({metadata}) => metadata?.name ?? '').filter(other => !other.startsWith('system-'))
  const [near] = nearMisses(name, others)
  const best = near && near.score >= STRONG ? near.name : undefined
  const change = (edit: Edit, action: string): Fix => {
    const {commands = []} = editTemplate(workload, [edit]) ?? {}
    return commands[0] ? {action, ...changeTemplate(workload, () => commands[0]!)}
      : {action: `Create ${wordOf(owner.ref)} anew, as its template cannot be changed: ${action[0]!.toLowerCase()}${action.slice(1)}`}
  }
  return {
    summary: `${kind} "${name}" does not exist (${field} of ${wordOf(owner.ref)})${best !== undefined ? `; "${best}" does`
      : others.length > 0 ? `; there ${others.length === 1 ? 'is' : 'are'} ${others.slice(0, 4).map(other => `"${other}"`).join(', ')}` : all && kind === 'RuntimeClass' ? '; the cluster has none' : ''}.`,
    evidence: [
      ...citeRefusal(workload, refused.refusal), workload.cite(templated, `${templatePath}.${field}`), ...(found === null ? [workload.citeAbsence(kind, name)] : []),
    ],
    fixes: [
      ...(best === undefined ? [] : [change({path: field, to: best}, `Let the pods name ${kind} "${best}"`)]),
      change({path: field, remove: true}, `Run the pods ${without}`),
    ],
    culprit: {kind, name},
  }
}
