import {join} from 'node:path'
import Mocha from 'mocha'
import {programs} from './build.js'
import {readFaults} from './directives.js'
import Reporter from './reporter.js'
import {requireHost, Unfit} from './requirements.js'

// usage: npm run test:cluster                 the lab's own tests, a crowd of pods, and every fault
//        npm run test:cluster -- WORD…        the faults whose path holds one of the words; `lab` or `crowd`: those tests alone
// environment: TEST_KUBECONFIG a cluster to use instead of a lab; JOBS how many faults at a time (8)
const words = process.argv.slice(2)

async function main(): Promise<number> {
  if (!process.env['TEST_KUBECONFIG']) {
    requireHost()
    await programs(line => console.log(line))
  }
  const suites = words.length === 0 ? ['lab', 'crowd', 'faults'] : words[0] === 'lab' || words[0] === 'crowd' ? [words[0]] : ['faults']
  if (suites.includes('faults') && readFaults(words).length === 0) throw new Error(`no fault is called ${words.join(' or ')}`)
  process.env['FAULTS'] = words.join(' ')
  const mocha = new Mocha({reporter: Reporter, timeout: 120_000, forbidOnly: true})
  for (const suite of suites) mocha.addFile(join(import.meta.dirname, `${suite}.test.ts`))
  await mocha.loadFilesAsync()
  return new Promise(resolve => mocha.run(failures => resolve(failures > 0 ? 1 : 0)))
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = error instanceof Unfit ? 3 : 2
}
