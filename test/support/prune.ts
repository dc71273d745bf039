import {diagnose} from '../../src/doctor/diagnose.js'
import {text} from '../../src/doctor/report/text.js'
import {rules} from '../../src/doctor/rules/index.js'
import type {Snapshot} from '../../src/doctor/types.js'

/** What identifies an object stays, whether the verdict needs it or not. */
const KEPT = new Set(['apiVersion', 'kind', 'metadata', 'name', 'namespace'])

/**
 * The snapshot without all that its report does not need: objects, logs and fields are taken out one by one, and stay out
 * when the report (with all that `--explain` prints) is the same without them. The ledger of reads stays whole.
 */
export function prune(snapshot: Snapshot): Snapshot {
  const pruned = structuredClone(snapshot)
  const wanted = reportOf(pruned)
  const same = () => reportOf(pruned) === wanted
  for (const list of [pruned.objects, pruned.logs] as unknown[][]) {
    for (let i = list.length - 1; i >= 0; i--) {
      const [item] = list.splice(i, 1)
      if (!same()) list.splice(i, 0, item)
    }
  }
  for (const object of pruned.objects) thin(object, same)
  return pruned
}

function thin(value: unknown, same: () => boolean): void {
  if (typeof value !== 'object' || value === null) return
  const holder = value as Record<string, unknown>
  // Items of lists keep their places: paths in evidence count them.
  for (const key of Array.isArray(value) ? [] : Object.keys(holder)) {
    if (KEPT.has(key)) continue
    const kept = holder[key]
    delete holder[key]
    if (!same()) holder[key] = kept
  }
  for (const inner of Object.values(holder)) thin(inner, same)
}

function reportOf(snapshot: Snapshot): string {
  try {
    const {diagnosis, asks} = diagnose(snapshot, rules)
    // What the rules ask for is part of it: a replay of the pruned snapshot must not miss anything.
    return JSON.stringify([diagnosis, asks]) + text(diagnosis, snapshot, {explain: true})
  } catch (error) {
    return String(error)
  }
}
