import {fstatSync} from 'node:fs'

/** Whether a person sees what is written there. Node's `tty` loads its networking, so it is asked only where it could be. */
export async function isTerminal(fd: 1 | 2): Promise<boolean> {
  try {
    return fstatSync(fd).isCharacterDevice() && process.env['TERM'] !== 'dumb' && (await import('node:tty')).isatty(fd)
  } catch {
    return false
  }
}

/** Columns for text that is laid out: the terminal's within reason, 80 where there is none. */
export const columns = async (): Promise<number> => await isTerminal(1) ? Math.min(Math.max(process.stdout.columns || 80, 60), 120) : 80
