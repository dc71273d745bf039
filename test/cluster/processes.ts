import {spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'

/** A process that cannot be mistaken for a later one with the same number: `started` is field 22 of /proc/PID/stat, in clock ticks since boot. */
export interface ProcessId {pid: number, started: string}

/** The start time of a process; `undefined` when there is none, or only its zombie is left. */
export function startOf(pid: number): string | undefined {
  try {
    // The second field is the program's name in brackets, which may hold blanks and brackets itself.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

export const identify = (pid: number): ProcessId => ({pid, started: startOf(pid) ?? ''})
export const isAlive = ({pid, started}: ProcessId): boolean => started !== '' && startOf(pid) === started

/** Ends one process that we know by number and start time, and waits until it is gone, at most five seconds. */
export async function end(id: ProcessId, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (!isAlive(id)) return
  process.kill(id.pid, signal)
  for (let i = 0; i < 250 && isAlive(id); i++) await pause(20)
}

export const pause = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds))

/** Asks again and again until the answer is neither false nor undefined; fails after `seconds`, saying what it waited for. */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | false | undefined> | T | false | undefined, every = 50): Promise<T> {
  const limit = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer !== false && answer !== undefined) return answer
    if (Date.now() > limit) throw new Error(`waited ${seconds} s in vain: ${what}`)
    await pause(every)
  }
}

export interface RunOptions {
  env?: NodeJS.ProcessEnv
  cwd?: string
  input?: string | Buffer
  /** In seconds; the command is killed then, and `code` is 124 as with timeout(1). */
  timeout?: number
  /** Do not throw when the command fails. */
  allowFailure?: boolean
  /** Give the command our own terminal instead of pipes. */
  terminal?: boolean
}
export interface Output {stdout: string, stderr: string, code: number}

/** Runs a command to its end. Throws its own words when it fails, unless `allowFailure` is set. */
export async function run([program = '', ...args]: string[], {input, timeout, allowFailure = false, terminal = false, ...options}: RunOptions = {}): Promise<Output> {
  const child = spawn(program, args, {...options, stdio: terminal ? 'inherit' : 'pipe', detached: timeout !== undefined})
  const output = {stdout: '', stderr: ''}
  for (const name of ['stdout', 'stderr'] as const) child[name]?.setEncoding('utf8').on('data', (data: string) => output[name] += data)
  child.stdin?.on('error', () => undefined).end(input)
  let late = false
  const timer = timeout === undefined ? undefined : setTimeout(() => {
    late = true
    // A group of its own, so that what a shell has started ends with it.
    try { process.kill(-child.pid!, 'SIGKILL') } catch { /* it has just ended */ }
  }, timeout * 1000)
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(late ? 124 : code ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGTERM' ? 15 : 9)))
  }).finally(() => clearTimeout(timer))
  if (code !== 0 && !allowFailure) {
    throw new Error(`${[program, ...args].join(' ').slice(0, 300)}: ${late ? `no end after ${timeout} s` : `exit code ${code}`}\n${output.stderr || output.stdout}`.trim())
  }
  return {...output, code}
}
