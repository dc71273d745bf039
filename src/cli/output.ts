import {boolean, option} from '@oclif/core/flags'
import {isTerminal} from './terminal.js'

/** The flags that every command has. `main` answers `--help` and `--version` itself. */
export const commonFlags = {
  'help': boolean({char: 'h', description: 'Print this help.'}),
  'no-color': boolean({description: 'Print without colour, as to a file or with NO_COLOR set.'}),
  'version': boolean({description: 'Print the version.'}),
}

/** `-o`, as the first format when it is not given. */
export const outputFlag = <const Format extends string>(formats: readonly Format[]) =>
  option({char: 'o', options: formats, default: formats[0] as Format, helpValue: formats.join('|'), description: 'Output format.'})()

/** Colour is for a person at a terminal who has not asked to be spared: https://no-color.org. */
export const isColored = async (flags: {'no-color'?: boolean}): Promise<boolean> =>
  !flags['no-color'] && !process.env['NO_COLOR'] && await isTerminal(1)
