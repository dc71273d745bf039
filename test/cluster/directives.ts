import {readdirSync, readFileSync} from 'node:fs'
import {basename, join} from 'node:path'
import {parse} from 'yaml'
import {repository} from './cluster.js'
import type {NodeSpec} from './nodes.js'

/** What cures a fault, and how the test does it. */
export type Cure = {how: 'printed'} | {how: 'guard'} | {how: 'by hand', shell: string} | {how: 'none', why: string}

/**
 * A fault that can be made on a cluster: test/faults/PHASE/RULE/make[-VARIANT].yaml. Its first comment lines are directives,
 * `# name: value`; those marked * may stand several times. In shell lines $K is `kubectl -n NAMESPACE`, $NS the namespace.
 */
export interface Fault {
  phase: string
  rule: string
  /** `RULE` or `RULE (VARIANT)`. */
  title: string
  /** The file's name with `live` for `make`: where the recording of this variant belongs. */
  recording: string
  /** The file, without what a cluster decides: `$NAMESPACE` and `$CA_BUNDLE` (of the lab's webhook) are replaced when it is applied. */
  manifest: string
  /** `fault`: its id in the catalogue. */
  catalogue: string
  /** `cause`: what is wrong, for a person. */
  cause: string
  /** `names`: words that the summary of the cause must hold, separated by commas. */
  names: string[]
  /** `target`: what is examined; nothing for the whole namespace. */
  target: string[]
  /** `until`*: patterns that lines of {@link signals} must match before the fault counts as made. */
  until: RegExp[]
  /** `within`: seconds until then. */
  within: number
  /** `settle`: seconds to wait after. */
  settle: number
  /** `before`*, `after`*, `clean`*: shell, before and after the manifest is applied, and at the end. */
  before: string
  after: string
  clean: string
  /** `node`*: nodes without a kubelet that are there during the test. */
  nodes: NodeSpec[]
  /** `alone`: why nothing else may run at the same time. Faults with nodes always run alone. */
  alone?: string
  /** `lab`: why it can be made on our lab only. */
  lab?: string
  /** `cure`: `printed`, `guard`, `by hand: SHELL` or `none: WHY`. */
  cure: Cure
  /** `cured-within`: seconds. */
  curedWithin: number
  /** `emulated`: what is not real. */
  emulated?: string
  /** `events-needed`: why the diagnosis may change when events are gone. */
  eventsNeeded?: string
}

const KNOWN = new Set(['fault', 'cause', 'names', 'target', 'until', 'within', 'settle', 'before', 'after', 'clean', 'node', 'alone', 'lab', 'cure', 'cured-within', 'emulated', 'events-needed'])

/** All faults whose title or path holds one of the words. */
export function readFaults(words: string[] = [], folder = join(repository, 'test/faults')): Fault[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(file => /(?:^|\/)make[^/]*\.yaml$/.test(file)).sort()
    .filter(file => words.length === 0 || words.some(word => file.includes(word)))
    .map(file => readFault(join(folder, file)))
}

function readFault(file: string): Fault {
  const manifest = readFileSync(file, 'utf8')
  const [phase = '', rule = ''] = file.split('/').slice(-3)
  const values = new Map<string, string[]>()
  for (const line of manifest.split('\n')) {
    const [, name = '', value = ''] = /^# ([a-z-]+): (.*)$/.exec(line) ?? []
    if (!line.startsWith('#')) break
    if (!KNOWN.has(name)) throw new Error(`${file}: not a directive: ${line}`)
    values.set(name, [...values.get(name) ?? [], value.trim()])
  }
  const lines = (name: string) => values.get(name) ?? []
  const shell = (name: string) => lines(name).join('\n')
  const optional = (name: string) => values.has(name) ? shell(name) : undefined
  const variant = basename(file, '.yaml').replace(/^make-?/, '')
  const [alone, lab, emulated, eventsNeeded] = ['alone', 'lab', 'emulated', 'events-needed'].map(optional)
  return {
    phase, rule, title: variant === '' ? rule : `${rule} (${variant})`, manifest,
    recording: file.replace(/make([^/]*\.yaml)$/, 'live$1'),
    catalogue: shell('fault'), cause: shell('cause'),
    names: shell('names').split(',').map(word => word.trim()).filter(Boolean),
    target: shell('target').split(' ').filter(Boolean),
    until: lines('until').map(pattern => new RegExp(pattern, 'm')),
    within: Number(optional('within') ?? 60), settle: Number(optional('settle') ?? 0.5),
    before: shell('before'), after: shell('after'), clean: shell('clean'),
    nodes: lines('node').map(line => parse(line) as NodeSpec),
    cure: cureOf(file, optional('cure') ?? 'printed'), curedWithin: Number(optional('cured-within') ?? 60),
    ...(alone !== undefined && {alone}), ...(lab !== undefined && {lab}), ...(emulated !== undefined && {emulated}), ...(eventsNeeded !== undefined && {eventsNeeded}),
  }
}

function cureOf(file: string, text: string): Cure {
  const [, how = text, rest = ''] = /^(by hand|none): (.*)$/s.exec(text) ?? []
  if (how === 'printed' || how === 'guard') return {how}
  if (how === 'by hand' && rest) return {how, shell: rest}
  if (how === 'none' && rest) return {how, why: rest}
  throw new Error(`${file}: the cure is printed, guard, by hand: SHELL or none: WHY, and not ${text}`)
}

/** Why a fault can only be made on our lab: its registry, its nodes, its network. `undefined` where any cluster will do. */
export function needsLab({manifest, lab, nodes, before, after}: Fault): string | undefined {
  if (lab !== undefined) return lab
  if (nodes.length > 0) return 'it needs nodes without a kubelet'
  if (/\$CA_BUNDLE/.test(manifest)) return 'it needs the lab\'s webhook'
  if (/\biptables\b/.test(before + after)) return 'it needs the lab\'s network'
  if (/image"?: *"?(?:registry\.|plain\.|quay|ghcr|[\w.-]+\.example|(?:shop|hub|private|forbidden|limited|broken|slow)\/)/.test(manifest)) return 'it needs the lab\'s registry'
  return undefined
}
