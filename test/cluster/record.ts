import {relative} from 'node:path'
import {parse} from 'yaml'
import {diagnose} from '../../src/doctor/diagnose.js'
import {rules} from '../../src/doctor/rules/index.js'
import type {Snapshot} from '../../src/doctor/types.js'
import {prune} from '../support/prune.js'
import {writeSnapshot} from '../support/snapshot.js'
import {repository} from './cluster.js'
import {readFaults, type Fault} from './directives.js'
import {startLab, type Lab} from './lab.js'
import {makeLive} from './live-fault.js'
import {requireHost, Unfit} from './requirements.js'
import {inTurns} from './turns.js'

// usage: npm run record [-- WORD…]: makes the faults whose path holds one of the words, and writes live.yaml beside each make.yaml
async function record(lab: Lab, fault: Fault): Promise<string> {
  // No random letters: the name stands in the recording.
  const namespace = fault.title.replaceAll(/[^a-z0-9]+/g, '-').replace(/-$/, '').slice(0, 60)
  const patient = await makeLive(lab, fault, {namespace, authorityBase64: lab.authorityBase64})
  try {
    const {stdout, stderr} = await patient.doctor('-o', 'snapshot')
    if (!stdout) throw new Error(stderr)
    const snapshot = prune(parse(stdout) as Snapshot)
    writeSnapshot(fault.recording, snapshot)
    const first = diagnose(snapshot, rules).diagnosis.causes[0]?.finding.rule
    return `${first === fault.rule ? 'recorded' : `RECORDED, BUT THE FIRST CAUSE IS ${first ?? 'NONE'}`}: ${relative(repository, fault.recording)} ${patient.live.toFixed(0)} s`
  } finally {
    await patient.end()
  }
}

async function main(words: string[]): Promise<number> {
  requireHost()
  const faults = readFaults(words)
  const lab = await startLab({say: console.log})
  let failures = 0
  try {
    await inTurns(faults, async fault => console.log(await record(lab, fault).catch(error => {
      failures++
      return `NOT RECORDED: ${fault.title}: ${(error as Error).message}`
    })))
  } finally {
    await lab.down()
  }
  return failures === 0 ? 0 : 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = error instanceof Unfit ? 3 : 1
}
