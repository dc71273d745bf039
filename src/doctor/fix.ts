import type {KubeObject, PodSpec} from '../kube/types.js'
import {segmentsOf} from './cite.js'
import {isCustom} from './kind.js'
import {templateSpecOf, type Owner} from './owner.js'
import type {ContainerView} from './container.js'
import type {Fix, Ref} from './types.js'

/** `deployment/api`, as kubectl takes it. */
export const wordOf = ({kind, name}: Ref): string => `${kind.toLowerCase()}/${name}`

/** What a change of the pod's template does, ready to be spread into a {@link Fix}: the commands and how many pods they replace. */
export type Change = Pick<Fix, 'commands' | 'effect' | 'restarts'>

/** One step of a change: what shall stand at `path` of the pod's spec. Items of lists are named: `containers[api].env[DB_HOST].value`. */
export type Edit = {path: string, to: unknown} | {path: string, remove: true} | {path: string, append: unknown}

interface Judged {owner: Owner, pod?: KubeObject & {spec?: PodSpec}}

/**
 * A JSON patch of the owner's template. Each operation is guarded by a `test` of what it replaces, so that the patch fails
 * where somebody was faster. `undefined` where the template cannot be changed: bare pods, Jobs, controllers that are not known.
 */
export function editTemplate({owner, pod}: Judged, edits: Edit[]): Change | undefined {
  const {ref, templatePointer: base} = owner
  const spec = templateSpecOf(owner) ?? (owner.object === undefined ? pod?.spec : undefined)
  if (base === undefined || spec === undefined) return undefined
  const operations: object[] = []
  for (const edit of edits) {
    const steps = operationsOf(spec, base, edit)
    if (!steps) return undefined
    operations.push(...steps)
  }
  return changing(owner, [['kubectl', 'patch', wordOf(ref), '--type=json', '-p', JSON.stringify(operations)]])
}

/** Commands that change the owner's template, with the number of pods that are replaced. Of custom kinds kubectl can patch the template, and not `set` it. */
export const changing = ({ref, pods}: Owner, commands: string[][]): Change =>
  isCustom(ref.kind) && commands.some(([, verb]) => verb === 'set' || verb === 'rollout') ? {}
  : {commands, effect: 'changes-spec', ...(pods !== undefined && {restarts: pods})}

/**
 * A StatefulSet that starts its pods in order waits until the pod that never became ready is ready, and only then looks at
 * its new template (kubernetes/kubernetes#67250; the documentation of StatefulSets, "Forced rollback"): so that pod has to go once the template is right.
 */
export function forStatefulSet(fix: Fix, {owner, ref}: {owner: Owner, ref: Ref}): Fix {
  const {podManagementPolicy} = (owner.object as {spec?: {podManagementPolicy?: string}} | undefined)?.spec ?? {}
  if (owner.ref.kind !== 'StatefulSet' || podManagementPolicy === 'Parallel' || fix.effect !== 'changes-spec' || !fix.commands?.some(words => words.includes(wordOf(owner.ref)))) return fix
  return {...fix, action: `${fix.action}; then delete ${wordOf(ref)}, which ${wordOf(owner.ref)} does not replace as long as it is not ready`,
    commands: [...fix.commands, ['kubectl', 'delete', wordOf(ref)]], restarts: owner.pods ?? 1}
}

/**
 * A container that has ended again and again is started again after up to five minutes (the kubelet's back-off): what was mended outside of the
 * pod's template helps only then, unless its pods are started anew.
 */
export function forBackOff(fix: Fix, {owner, containers}: {owner: Owner, containers: ContainerView[]}): Fix {
  const down = containers.some(({ended, restarts, well}) => ended !== undefined && restarts && !well)
  const restartable = ['Deployment', 'StatefulSet', 'DaemonSet'].includes(owner.ref.kind)
  const elsewhere = fix.commands !== undefined && fix.effect !== 'reads' && fix.removesGuard === undefined && !fix.commands.some(words => words.includes(wordOf(owner.ref)))
  return !down || !restartable || !elsewhere ? fix : {
    ...fix, action: `${fix.action}; then start the pods of ${wordOf(owner.ref)} anew, which would otherwise wait for up to five minutes`,
    commands: [...fix.commands!, ['kubectl', 'rollout', 'restart', wordOf(owner.ref)]], ...(owner.pods !== undefined && {restarts: owner.pods}),
  }
}

function operationsOf(spec: PodSpec, base: string, edit: Edit): object[] | undefined {
  let value: unknown = spec
  let pointer = base
  const tests: object[] = []
  const segments = segmentsOf(edit.path)
  for (const [i, segment] of segments.entries()) {
    let key = segment
    if (Array.isArray(value)) {
      const index = indexIn(value, segment)
      if (index === undefined) return undefined
      key = String(index)
      const {name} = (value[index] ?? {}) as {name?: string}
      if (name !== undefined) tests.splice(0, tests.length, {op: 'test', path: `${pointer}/${key}/name`, value: name})
    } else if (typeof value !== 'object' || value === null) {
      return undefined
    }
    const next = (value as Record<string, unknown>)[key]
    pointer += `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (next === undefined) {
      // The parent is missing: it is added whole, with all that is below it.
      // An element of a list that is not there (what admission has put into the pod) has nothing to replace.
      if ('remove' in edit || edit.path.includes(`${key}[`) && !edit.path.includes(`${key}["`)) return undefined
      const nested = segments.slice(i + 1).reduceRight<unknown>((inner, key) => ({[key]: inner}), 'to' in edit ? edit.to : [edit.append])
      return [...tests, {op: 'add', path: pointer, value: nested}]
    }
    value = next
  }
  const scalar = typeof value !== 'object' || value === null || JSON.stringify(value).length < 200
  const test = scalar ? [{op: 'test', path: pointer, value}] : tests
  if ('append' in edit) return [...test, {op: 'add', path: `${pointer}/-`, value: edit.append}]
  return [...test, 'remove' in edit ? {op: 'remove', path: pointer} : {op: 'replace', path: pointer, value: edit.to}]
}

/** Items are found by name, then by what else identifies them, then by position. */
function indexIn(list: unknown[], segment: string): number | undefined {
  const by = (field: string) => list.findIndex(item => String((item as Record<string, unknown> | null)?.[field]) === segment)
  for (const field of ['name', 'mountPath', 'containerPort']) {
    const index = by(field)
    if (index >= 0) return index
  }
  const index = Number(segment)
  return Number.isInteger(index) && index >= 0 && index < list.length ? index : undefined
}

/** Flags and words that our commands are made of; anything else that begins with a dash did not come from us. */
const FLAG = /^(?:-n|-p|-c|-l|-it|--|--(?:all|clusterip|tcp|container|copy-to|type|limits|requests|replicas|image|from|keys|prefix|containers|overwrite|schedule|subresource|patch|to-revision|context|cluster|user|kubeconfig|server|as|as-group|as-uid|as-user-extra|namespace|certificate-authority|client-certificate|client-key|insecure-skip-tls-verify|tls-server-name|request-timeout|verb|resource|role|clusterrole|serviceaccount|name|port)(?:=[^\n]*)?|-s)$/
const WORD = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?-?$/
const ASSIGNMENT = /^[A-Za-z][\w./-]*=/

/**
 * Whether a person may paste the command: every word is one of kubectl's, a name that the API allows, an assignment, or
 * the value of a flag. A hostile snapshot can hold names that no API server would accept, and must not put words into a shell.
 */
export function isPasteable(command: string[]): boolean {
  const end = command.indexOf('--')
  return command[0] === 'kubectl' && command.every((word, i) => !/[\p{Cc}\p{Cf}]/u.test(word)
    && ((end >= 0 && i > end) || ['-p', '-s'].includes(command[i - 1] ?? '') || FLAG.test(word) || WORD.test(word) || ASSIGNMENT.test(word)))
}

const NODE_VERBS = new Set(['cordon', 'uncordon', 'drain', 'taint'])

/** The command with the namespace and the connection flags of this run, as a person has to type it. */
export function scoped(command: string[], namespace: string | undefined, connection: string[]): string[] {
  const [verb = '', object = ''] = command.slice(1)
  const ofCluster = NODE_VERBS.has(verb) || /^(?:nodes?|no|namespaces?|ns|persistentvolumes?|pv|storageclass(?:es)?|sc)(?:\/|$)/.test(object)
  const flags = command.findIndex(word => word.startsWith('-'))
  const at = flags < 0 ? command.length : flags
  return [...command.slice(0, at), ...(namespace === undefined || ofCluster ? [] : ['-n', namespace]), ...connection, ...command.slice(at)]
}

/** Quotes a word for a POSIX shell, only where it must. */
export const quote = (word: string): string => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
