import {isTerminal} from './terminal.js'

/**
 * Waits for the work, and says so on stderr when a person is watching and it takes longer than 300 ms.
 * Ctrl-C must end the program at once and leave the line clean: the handler stands only while the spinner turns, and then
 * raises the signal again, so that the shell sees a program that was interrupted (130).
 */
export async function withSpinner<T>(text: string, work: Promise<T>): Promise<T> {
  let waiting = true
  let stop = () => {}
  const timer = setTimeout(async () => {
    // On a terminal that says it is 0 columns wide (script, expect, some containers) ora clears lines for ever.
    if ('CI' in process.env || !await isTerminal(2) || !process.stderr.columns) return
    const {default: ora} = await import('ora')
    if (!waiting) return
    const spinner = ora({text, discardStdin: false}).start()
    const interrupted = () => {
      stop()
      process.kill(process.pid, 'SIGINT')
    }
    process.once('SIGINT', interrupted)
    stop = () => {
      spinner.stop()
      process.off('SIGINT', interrupted)
    }
  }, 300)
  try {
    return await work
  } finally {
    waiting = false
    clearTimeout(timer)
    stop()
  }
}
