import {cpSync, existsSync, readdirSync} from 'node:fs'
import {join, relative} from 'node:path'
import {environment, repository} from './cluster.js'
import {startLab, type Lab} from './lab.js'
import {run} from './processes.js'
import {Unfit} from './requirements.js'

// usage: npm run lab                a shell with a cluster, until it is left
//        npm run lab -- COMMAND…    one command; a single word with blanks is run by a shell

/** The faults as files to apply, as the lab's shell finds them: `faults/run/oom-killed.yaml`. */
function copyFaults(to: string): number {
  const from = join(repository, 'test/faults')
  const files = existsSync(from) ? readdirSync(from, {recursive: true, encoding: 'utf8'}).filter(file => /(?:^|\/)make[^/]*\.yaml$/.test(file)) : []
  for (const file of files) {
    const [phase = '', fault = '', make = ''] = file.split('/')
    cpSync(join(from, file), join(to, phase, `${fault}${make.replace(/^make/, '')}`))
  }
  return files.length
}

function welcome({name}: Lab, faults: number): string {
  return `
A Kubernetes for you: lab "${name}". kubectl and the plugins of this repository are on PATH.

  ls faults/*                            ${faults} faults, each a file that begins with its cause
  kubectl apply -f faults/run/…          make one
  kubectl pod-doctor                     what is wrong, and what cures it
  kubectl --context viewer get pods      as a user without rights

When you leave this shell (exit), the cluster goes, and all that is in it.
`
}

async function main(words: string[]): Promise<number> {
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const began = Date.now()
  if (words.length === 0) say('starting a Kubernetes …')
  const lab = await startLab({say, live: true})
  try {
    const playground = join(lab.folder, 'playground')
    const faults = copyFaults(join(playground, 'faults'))
    const env = {...environment(lab.kubeconfig, lab.bin, lab.home), LAB: lab.name, CA_BUNDLE: lab.authorityBase64}
    // A word with blanks cannot be a program: it is a line for a shell.
    const command = words.length === 1 && /\s/.test(words[0]!) ? ['sh', '-c', words[0]!] : words
    if (command.length > 0) return (await run([...lab.enter, ...command], {env, terminal: true, allowFailure: true})).code
    say(`it took ${((Date.now() - began) / 1000).toFixed(1)} s; its files are in ${relative(process.cwd(), lab.folder) || lab.folder}`)
    console.log(welcome(lab, faults))
    const prompt = {...env, PS1: `(${lab.name}) \\W $ `}
    return (await run([...lab.enter, 'bash', '--norc', '-i'], {env: prompt, cwd: playground, terminal: true, allowFailure: true})).code
  } finally {
    await lab.down()
  }
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = error instanceof Unfit ? 3 : 1
}
