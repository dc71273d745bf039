import {needsLab, readFaults, type Fault} from './directives.js'
import {testLive, type Outcome} from './live-fault.js'
import {endSharedCluster, sharedCluster, type SharedCluster} from './shared.js'
import {inTurns} from './turns.js'

const words = (process.env['FAULTS'] ?? '').split(' ').filter(Boolean)
const all = readFaults(words)
const isForeign = Boolean(process.env['TEST_KUBECONFIG'])
const left = isForeign ? all.flatMap(fault => needsLab(fault) === undefined ? [] : [`${fault.title}: ${needsLab(fault)}`]) : []
const faults = isForeign ? all.filter(fault => needsLab(fault) === undefined) : all

const outcomes = new Map<Fault, Outcome>()
const settle = new Map<Fault, (outcome: Outcome) => void>()
const promises = new Map(faults.map(fault => [fault, new Promise<Outcome>(resolve => settle.set(fault, resolve))]))

/** More failures than these are no accidents of a busy machine. */
const ACCIDENTS = 8
const accidents = new Map<Fault, string>()

/** What fails among the others gets a second try by itself; that it needed one is printed. */
async function runAll(cluster: SharedCluster): Promise<void> {
  const done = (fault: Fault, outcome: Outcome) => {
    outcomes.set(fault, outcome)
    settle.get(fault)!(outcome)
  }
  const failed = new Map<Fault, Outcome>()
  await inTurns(faults, async fault => {
    const outcome = await testLive(cluster, fault, cluster)
    if (outcome.problem === undefined) done(fault, outcome)
    else failed.set(fault, outcome)
  })
  for (const [fault, outcome] of failed) {
    const again = failed.size > ACCIDENTS || faults.length === 1 ? outcome : await testLive(cluster, fault, cluster)
    if (again.problem === undefined) accidents.set(fault, outcome.problem ?? '')
    done(fault, again)
  }
}

describe('faults, made on a real cluster, named, cured and found sound', function () {
  this.timeout(0)
  // Not awaited: each test waits for its own fault.
  before(async () => void runAll(await sharedCluster()))
  after(() => console.log(table()))
  after(endSharedCluster)
  for (const fault of faults) {
    it(`${fault.phase}/${fault.title}: ${fault.cause}`, async () => {
      const {problem} = await promises.get(fault)!
      if (problem !== undefined) throw new Error(problem)
    })
  }
})

function table(): string {
  const yes = (value: unknown, unknown = '-') => value === undefined ? unknown : value === true ? 'yes' : value === false ? 'NO' : String(value)
  const rows = [...outcomes.values()].map(({fault, live, named, eventless, cured, sound, seconds}) => [
    `${fault.phase}/${fault.title}`, live === undefined ? 'NO' : `${live.toFixed(0)} s`, yes(named), yes(eventless), yes(cured),
    cured === 'none' ? '-' : sound === undefined ? 'NO' : `${sound.toFixed(0)} s`, `${seconds.toFixed(0)} s`,
  ]).sort((a, b) => a[0]!.localeCompare(b[0]!))
  const lines = [['fault', 'live', 'named', 'no events', 'cured', 'sound', 'in all'], ...rows]
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map(row => row[i]!.length)))
  const notes = [...outcomes.values()].flatMap(({fault}) => [
    ...(fault.cure.how === 'none' ? [`not cured: ${fault.title}: ${fault.cure.why}`] : []),
    ...(fault.eventsNeeded === undefined ? [] : [`needs events: ${fault.title}: ${fault.eventsNeeded}`]),
    ...(fault.emulated === undefined ? [] : [`emulated: ${fault.title}: ${fault.emulated}`]),
  ])
  const tries = [...accidents].map(([{title}, problem]) => `second try: ${title}: the first one failed: ${problem.split('\n')[0]}`)
  const count = (has: (outcome: Outcome) => boolean) => [...outcomes.values()].filter(has).length
  return [
    '', ...lines.map(row => row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd()), '', ...notes, ...tries, ...left.map(line => `left out on this cluster: ${line}`), '',
    `${outcomes.size} faults: ${count(({live}) => live !== undefined)} live, ${count(({named}) => named === true)} named, ${count(({eventless}) => eventless === true)} named without events, `
    + `${count(({cured}) => cured === 'printed')} cured by the printed command, ${count(({cured}) => cured === 'guard' || cured === 'by hand')} by hand, ${count(({sound}) => sound !== undefined)} then found sound`,
  ].join('\n')
}
