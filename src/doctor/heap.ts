import type {ContainerView, Patient} from './patient.js'
import {parseQuantity, ONE} from './quantity.js'
import type {Fix} from './types.js'
import {changing, wordOf} from './fix.js'
import {originsOf, type Origin} from './value-origin.js'

export type Runtime = 'Java' | 'Node.js'

/** How large a program with a heap of its own may let it grow, as it was told. */
export interface Heap {
  runtime: Runtime
  /** In bytes. */
  max: bigint
  /** `-Xmx2g` */
  flag: string
  /** `env JAVA_OPTS`, `the arguments` */
  where: string
  origin: Origin | undefined
}

const MI = 1024n * 1024n
const UNITS: Record<string, bigint> = {'': 1n, k: 1024n, m: MI, g: 1024n * MI, t: 1024n * 1024n * MI}

/** `-Xmx2g` and `-XX:MaxHeapSize=2g` of the JVM, `--max-old-space-size=2048` (in MiB) of Node.js, in the command line or in a variable. The last one counts. */
export function heapOf(patient: Patient, container: ContainerView): Heap | undefined {
  const {spec} = container
  const texts = [
    ...(spec.env ?? []).map(({name, value = ''}) => ({where: `env ${name}`, text: value})),
    ...(['command', 'args'] as const).flatMap(field => (spec[field] ?? []).map(text => ({where: field === 'args' ? 'the arguments' : 'the command', text}))),
  ]
  const found = texts.flatMap(({where, text}) => [...text.matchAll(/-(?:Xmx|XX:MaxHeapSize=)(\d+)([kmgt]?)\b|--max[-_]old[-_]space[-_]size[= ](\d+)/gi)].map(([flag, number = '0', unit = '', mebibytes]): Heap => ({
    runtime: mebibytes === undefined ? 'Java' : 'Node.js', max: mebibytes === undefined ? BigInt(number) * UNITS[unit.toLowerCase()]! : BigInt(mebibytes) * MI, flag, where, origin: originsOf(patient, container, flag)[0],
  })))
  return found.at(-1)
}

/** The memory limit of the container in bytes. */
export function memoryLimit({spec}: ContainerView): bigint | undefined {
  const limit = parseQuantity(String(spec.resources?.limits?.['memory'] ?? ''))
  return limit && limit.value / ONE
}

export const mebibytes = (bytes: bigint): string => bytes % (1024n * MI) === 0n && bytes > 0n ? `${bytes / (1024n * MI)}Gi` : `${bytes / MI}Mi`

/** Tells the runtime to keep its heap at three quarters of the limit: the rest is for threads, code and buffers. */
export function fitHeap(patient: Patient, container: ContainerView, runtime: Runtime, heap: Heap | undefined, limit: bigint): Fix {
  const {owner} = patient
  const size = limit * 3n / 4n / MI
  const flag = runtime === 'Node.js' ? `--max-old-space-size=${size}` : heap?.flag.startsWith('-XX') ? `-XX:MaxHeapSize=${size}m` : heap ? `-Xmx${size}m` : '-XX:MaxRAMPercentage=75'
  const action = `Let ${runtime} use ${size} MiB as its heap, three quarters of the memory limit of ${mebibytes(limit)}`
  if (heap?.origin) return {...heap.origin.change(flag), action: `${action}: ${flag} instead of ${heap.flag} in ${heap.where}`}
  const variable = runtime === 'Node.js' ? 'NODE_OPTIONS' : 'JAVA_TOOL_OPTIONS'
  const taken = container.spec.env?.some(({name}) => name === variable)
  return {action: `${action}: ${flag} in ${variable}`, ...(!taken && owner.templatePointer !== undefined && changing(owner, [['kubectl', 'set', 'env', wordOf(owner.ref), '-c', container.name, `${variable}=${flag}`]]))}
}
