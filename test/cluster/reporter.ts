import Mocha from 'mocha'

/** What a suite wants to have printed after all: tables, and reasons for what was left out. */
export const closing: (() => string)[] = []

/** Mocha's list, then the suites' own summaries, then one line that a script can read. */
export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    runner.once('end', () => {
      for (const text of closing) console.log(text())
      const {passes = 0, failures = 0} = runner.stats ?? {}
      console.log(`${passes} passed, ${failures} failed`)
    })
  }
}
