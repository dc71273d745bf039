import type {Command} from '@oclif/core/command'
import type {Config} from '@oclif/core/config'
import {CommandHelp} from '@oclif/core/help'

/** oclif's help in the order and with the headings of kubectl's. */
class KubectlHelp extends CommandHelp {
  override sections() {
    return [
      {header: '', generate: () => this.description() ?? ''},
      {header: 'Examples', generate: () => (this.command.examples ?? []).map(example => this.render(String(example))).join('\n')},
      {header: 'Options', generate: ({flags}: {flags: Command.Flag.Any[]}) => {
        const {mainFlags, flagGroups} = this.groupFlags(flags)
        return [{header: 'Options', body: this.flags(mainFlags)}, ...Object.entries(flagGroups).map(([group, flags]) => ({header: `Options of ${group}`, body: this.flags(flags)}))]
      }},
      {header: 'Usage', generate: () => [this.command.usage ?? []].flat().map(usage => `${this.config.bin} ${usage}`).join('\n')},
    ]
  }

  override section(header: string, body: string | [string, string | undefined][]): string {
    const text = typeof body === 'string' ? body : this.renderList(body, {indentation: 2, stripAnsi: true})
    return header === '' ? text : `${header}:\n${this.indent(text)}`
  }
}

/** What `--help` prints. */
export function helpOf(command: Command.Class, config: Config, maxWidth: number): string {
  const help = new KubectlHelp({...command, id: config.bin} as never, config, {maxWidth, stripAnsi: true, flagSortOrder: 'none'} as never)
  return `${help.generate()}\n`
}
