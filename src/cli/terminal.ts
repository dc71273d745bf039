import {fstatSync} from 'node:fs'

/** Whether a person sees what is written there. Node's `tty` loads its networking, so it is asked only where it could be. */
export async function isTerminal(fd: 1 | 2): Promise<boolean> {
  try {
    return fstatSync(fd).isCharacterDevice() && process.env['TERM'] !== 'dumb' && (await import('node:tty')).isatty(fd)
  } catch {
    return false
  }
}
