import {Command} from '@oclif/core/command'
import {commonFlags} from '../cli/output.js'
import {print} from '../cli/print.js'
import {UsageError} from '../cli/usage.js'
import {nearest} from '../doctor/near-miss.js'
import {catalogue, page} from '../doctor/report/rules.js'
import {rules} from '../doctor/rules/index.js'

export default class Rules extends Command {
  static override strict = false
  static override description = 'Print the faults that pod-doctor knows, in the order of a pod\'s life, or all that it knows about one.'
  static override usage = ['[RULE]']
  static override examples = ['# Print all faults\nkubectl pod-doctor rules\n', '# Print what is known about one\nkubectl pod-doctor rules image-not-found']
  static override flags = commonFlags

  async run(): Promise<number> {
    const {argv: [rule, ...others]} = await this.parse(Rules) as {argv: string[]}
    if (others.length > 0) throw new UsageError('name one rule')
    const text = rule === undefined ? catalogue() : page(rule)
    if (text === undefined) {
      const [meant] = nearest(rule!, rules.map(({id}) => id))
      throw new UsageError(`there is no rule "${rule}"${meant === undefined ? '' : `\nDid you mean: ${meant}?`}`)
    }
    await print(text)
    return 0
  }
}
