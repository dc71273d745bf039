import {writeSync} from 'node:fs'
import {ClusterError} from '../kube/errors.js'

/**
 * Writes to stdout, and returns when all of it is written. `process.stdout` would load Node's stream machinery, a tenth
 * of the time that a short command takes; it is left for a pipe that another program has made non-blocking.
 * A reader that went away (`| head`) is no error. Anything else that goes wrong is: half a report must not pass for a report.
 */
export async function print(text: string): Promise<void> {
  let rest = Buffer.from(text)
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(1, rest))
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'EPIPE') return
    if (code === 'EAGAIN') return new Promise((resolve, reject) => {
      process.stdout.write(rest, error => error && (error as NodeJS.ErrnoException).code !== 'EPIPE' ? reject(unwritable(error)) : resolve())
    })
    throw unwritable(error as Error)
  }
}

/** Writes to stderr as far as it goes: when even that fails there is nobody left to tell. */
export function complain(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // Closed or full: the exit code still tells.
  }
}

const WORDS: Record<string, string> = {EBADF: 'bad file descriptor', EDQUOT: 'disk quota exceeded', EFBIG: 'file too large', EIO: 'input/output error', ENOSPC: 'no space left on device'}

/** kubectl's words, which are Go's: `error: write /dev/stdout: no space left on device`. */
const unwritable = (error: NodeJS.ErrnoException) => new ClusterError(`error: write /dev/stdout: ${WORDS[error.code ?? ''] ?? error.message}`)
