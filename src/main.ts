import type {Command} from '@oclif/core/command'
import type {Config} from '@oclif/core/config'
import pjson from '../package.json' with {type: 'json'}
import {asPflag} from './cli/argv.js'
import {complain, print} from './cli/print.js'
import {columns} from './cli/terminal.js'
import {UsageError} from './cli/usage.js'
import {ClusterError} from './kube/errors.js'

/** A command, and those that stand behind it as its first word. `run` returns the exit code. */
export interface Program {
  new(argv: string[], config: Config): {run(): Promise<number>}
  flags: Command.Class['flags']
  subcommands?: Record<string, Program>
}

/** Runs one plugin. kubectl turns `kubectl pod-doctor` into the program `kubectl-pod_doctor`; people are told the former. */
export async function main(name: string, program: Program, argv = process.argv.slice(2)): Promise<void> {
  const subcommand = Object.hasOwn(program.subcommands ?? {}, argv[0] ?? '') ? argv[0]! : undefined
  const command = subcommand === undefined ? program : program.subcommands![subcommand]!
  const bin = ['kubectl', name, ...(subcommand === undefined ? [] : [subcommand])].join(' ')
  try {
    const words = asPflag(subcommand === undefined ? argv : argv.slice(1), command.flags)
    const [flags] = words.indexOf('--') < 0 ? [words] : [words.slice(0, words.indexOf('--'))]
    if (flags.includes('--help')) await print((await import('./cli/help.js')).helpOf(command as never, configOf(bin), await columns()))
    else if (flags.includes('--version')) await print(`${pjson.name} ${pjson.version}\n`)
    else process.exitCode = await new command(words, configOf(bin)).run()
  } catch (error) {
    const [message, code] = ending(error, bin)
    complain(message)
    process.exitCode = code
  }
}

/** 0 and 1 are answers; from 2 up there is none: 2 for wrong usage, 3 for the cluster or a file, 70 for a bug of ours. */
function ending(error: unknown, bin: string): [message: string, code: number] {
  if (error instanceof ClusterError) return [`${error.message}\n`, 3]
  const ofParser = (error as {oclif?: {exit?: number}} | undefined)?.oclif !== undefined
  if (error instanceof UsageError || ofParser) {
    return [`error: ${(error as Error).message.replace(/^Parsing --\S+ \n\t|\nSee more help with --help$/g, '')}\nSee '${bin} --help' for usage.\n`, 2]
  }
  return [`internal error, please report it:\n${error instanceof Error ? error.stack : String(error)}\n`, 70]
}

/** The little of oclif's Config that a command asks for. Nothing is discovered at run time: that costs more than a diagnosis. */
const configOf = (bin: string) => ({
  bin, name: pjson.name, version: pjson.version, pjson, root: '', userAgent: `${pjson.name}/${pjson.version}`, plugins: new Map(),
  topicSeparator: ' ', theme: undefined, runHook: async () => ({successes: [], failures: []}),
}) as unknown as Config
