import type {Command} from '@oclif/core/command'
import {nearest} from '../doctor/near-miss.js'
import {UsageError} from './usage.js'

type Flag = NonNullable<typeof Command['flags']>[string]
type FlagMap = Record<string, Flag>

/** What Go's strconv.ParseBool takes. */
const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True']
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False']

/**
 * Reads the words as pflag reads them for kubectl, and gives them in the one form that oclif's parser understands in the same
 * way. What differs: pflag knows `--flag=false`, takes the last of a flag that is given twice, takes the next word as a
 * value whatever it looks like, and stops at the first flag that it does not know. Throws a UsageError in pflag's words.
 */
export function asPflag(argv: string[], flags: FlagMap): string[] {
  const words: string[] = []
  const single = new Map<string, string[]>()
  const queue = [...argv]

  const take = (name: string, flag: Flag, value: string | undefined, typed: string) => {
    if (flag.type === 'boolean') {
      const on = value === undefined || TRUE.includes(value)
      if (!on && !FALSE.includes(value)) throw new UsageError(`invalid argument "${value}" for "${typed}" flag: strconv.ParseBool: parsing "${value}": invalid syntax`)
      single.set(name, on ? [`--${name}`] : flag.allowNo ? [`--no-${name}`] : [])
      return
    }
    const given = value ?? queue.shift()
    if (given === undefined) throw new UsageError(typed.startsWith('--') ? `flag needs an argument: ${typed}` : `flag needs an argument: '${typed.at(-1)}' in ${typed}`)
    if (flag.options && !flag.options.includes(given)) throw new UsageError(unfit(name, typed, given, flag.options))
    if (flag.multiple) words.push(`--${name}=${given}`)
    else single.set(name, [`--${name}=${given}`])
  }

  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      words.push('--', ...queue)
      break
    }
    if (!word.startsWith('-') || word === '-') {
      words.push(word)
      continue
    }
    if (word.startsWith('--')) {
      const [name, value] = split(word.slice(2))
      const flag = flags[name]
      if (!flag) throw new UsageError(unknown(name, Object.keys(flags)))
      take(name, flag, value, `--${name}`)
      continue
    }
    for (let rest = word.slice(1); rest !== '';) {
      const [name, flag] = Object.entries(flags).find(([, {char}]) => char === rest[0]) ?? []
      if (name === undefined || !flag) throw new UsageError(`unknown shorthand flag: '${rest[0]}' in -${rest}`)
      const value = rest.slice(rest[1] === '=' ? 2 : 1)
      const cluster = flag.type === 'boolean' && rest[1] !== '='
      take(name, flag, cluster || (value === '' && rest[1] !== '=') ? undefined : value, `-${rest[0]}`)
      rest = cluster ? value : ''
    }
  }
  return [...[...single.values()].flat(), ...words]
}

function split(word: string): [name: string, value: string | undefined] {
  const i = word.indexOf('=')
  return i < 0 ? [word, undefined] : [word.slice(0, i), word.slice(i + 1)]
}

/** kubectl has words of its own for a format that there is not. */
const unfit = (name: string, typed: string, given: string, options: readonly string[]) => name === 'output'
  ? `unable to match a printer suitable for the output format "${given}", allowed formats are: ${options.join(',')}`
  : `invalid argument "${given}" for "${typed}" flag: must be one of ${options.join(', ')}`

function unknown(name: string, known: string[]): string {
  const [meant] = [...known.filter(flag => name.length > 1 && flag.startsWith(name)), ...nearest(name, known)]
  return `unknown flag: --${name}${meant === undefined ? '' : `\nDid you mean: --${meant}?`}`
}
