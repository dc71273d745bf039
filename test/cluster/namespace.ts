import {spawn, type ChildProcessWithoutNullStreams} from 'node:child_process'
import {createInterface} from 'node:readline'
import {openSync, readdirSync, readlinkSync} from 'node:fs'
import {end, identify, pause, until, type ProcessId} from './processes.js'
import {systemPath} from './requirements.js'

/**
 * Network, mount and process namespaces of our own, made by unshare(1), with a shell as process 1 that reads its commands from
 * a pipe. When we end, in whichever way (also by `kill -9`), the pipe closes, the shell ends, and with process 1 the
 * kernel ends every process of the namespace and takes down its mounts and interfaces. Nothing has to be looked for.
 *
 * Not `ip netns exec`: that one remounts /sys, and the kubelet loses its cgroups.
 */
export class Namespace {
  private readonly waiting = new Map<string, (answer: string[]) => void>()
  private readonly daemons = new Map<string, string>()
  private count = 0
  /** Process 1 of the namespace and the unshare(1) that waits for it, as the machine numbers them. */
  processes: ProcessId[] = []

  private constructor(private readonly shell: ChildProcessWithoutNullStreams) {
    shell.stdin.on('error', () => undefined)
    createInterface(shell.stdout).on('line', line => {
      const [id = '', ...words] = line.split(' ')
      this.waiting.get(id)?.(words)
      this.waiting.delete(id)
    })
    shell.on('close', () => {
      for (const settle of this.waiting.values()) settle(['namespace ended'])
    })
  }

  /** @param log the file that gets what the shell's commands print */
  static async create(log: string): Promise<Namespace> {
    // Detached: Ctrl-C at the terminal is for us alone, we take things down in order.
    // --kill-child: when somebody kills unshare, process 1 must not live on. The daemons get none of our environment: above all no proxy.
    const shell = spawn('unshare', ['--net', '--mount', '--pid', '--fork', '--kill-child', 'bash'],
      {detached: true, stdio: ['pipe', 'pipe', openSync(log, 'a')], env: {PATH: systemPath, HOME: '/root', LANG: 'C.UTF-8'}}) as ChildProcessWithoutNullStreams
    await new Promise((resolve, reject) => shell.once('spawn', resolve).once('error', reject))
    const namespace = new Namespace(shell)
    // /proc is still the machine's: /proc/self names the shell as the machine does.
    const [pid = ''] = await namespace.ask('read -r pid _ < /proc/self/stat', '$pid')
    if (!/^\d+$/.test(pid)) throw new Error(`no namespaces could be made; see ${log}`)
    namespace.processes = [identify(Number(pid)), identify(shell.pid!)]
    await namespace.run('mount -t proc proc /proc')
    return namespace
  }

  private ask(script: string, answer: string): Promise<string[]> {
    const id = String(++this.count)
    return new Promise(resolve => {
      this.waiting.set(id, resolve)
      this.shell.stdin.write(`${script}\necho "${id} ${answer}"\n`)
    })
  }

  /** Runs shell commands as process 1, one set after the other: quick ones only. */
  async run(script: string): Promise<void> {
    const [code] = await this.ask(`( set -e\n${script}\n) >&2 < /dev/null`, '$?')
    if (code !== '0') throw new Error(`in the lab's namespace: exit code ${code} of\n${script}`)
  }

  /** Starts a program that stays; its output goes to `log`. */
  async start(name: string, [program = '', ...args]: string[], log: string): Promise<void> {
    const [pid = ''] = await this.ask(`setsid ${[program, ...args].map(quote).join(' ')} >> ${quote(log)} 2>&1 < /dev/null &`, '$!')
    if (!/^\d+$/.test(pid)) throw new Error(`${name} could not be started: ${pid}`)
    this.daemons.set(name, pid)
  }

  /** Ends a program that {@link start} has started, and waits until it is gone. Its number is the namespace's own, so no stranger can be hit. */
  async stop(name: string): Promise<void> {
    const pid = this.daemons.get(name)
    if (pid === undefined) return
    this.daemons.delete(name)
    const gone = `kill -0 ${pid} 2>&- && echo no || echo yes`
    await this.ask(`kill ${pid} 2>&-`, '')
    await until(`the end of ${name}`, 10, async () => (await this.ask('', `$(${gone})`))[0] === 'yes')
  }

  isRunning = async (name: string): Promise<boolean> => (await this.ask('', `$(kill -0 ${this.daemons.get(name) ?? 0} 2>&- && echo yes || echo no)`))[0] === 'yes'

  /** The words to put before a command so that it runs in the network of the namespace. */
  get enter(): string[] {
    return ['nsenter', `--net=/proc/${this.processes[0]!.pid}/ns/net`, '--']
  }

  /** Ends everything inside, and what was started from outside in its network. */
  async end(): Promise<void> {
    const guests = this.guests()
    this.shell.stdin.end()
    await Promise.all([...guests, ...this.processes].map(id => end(id)))
    for (let i = 0; i < 50 && this.shell.exitCode === null && this.shell.signalCode === null; i++) await pause(20)
  }

  /** Processes of the machine that were sent into the network and are still there: a shell's background jobs. */
  private guests(): ProcessId[] {
    const link = (pid: string, name: string) => {
      try { return readlinkSync(`/proc/${pid}/ns/${name}`) } catch { return undefined }
    }
    const first = String(this.processes[0]!.pid)
    const network = link(first, 'net')
    const processes = link(first, 'pid')
    if (network === undefined) return []
    return readdirSync('/proc').filter(pid => /^\d+$/.test(pid) && link(pid, 'net') === network && link(pid, 'pid') !== processes).map(pid => identify(Number(pid)))
  }
}

export const quote = (word: string): string => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
