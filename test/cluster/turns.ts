import type {Fault} from './directives.js'

/** How many faults are made at the same time. */
const JOBS = Number(process.env['JOBS'] ?? 8)

/**
 * Does the work for every fault, some at a time. Those with nodes of their own change what every message of the scheduler says:
 * they come last, one after the other, like those that say they must be alone.
 */
export async function inTurns(faults: Fault[], work: (fault: Fault) => Promise<void>): Promise<void> {
  const isAlone = ({nodes, alone}: Fault) => nodes.length > 0 || alone !== undefined
  const together = faults.filter(fault => !isAlone(fault))
  await Promise.all(Array.from({length: JOBS}, async () => {
    for (let fault = together.shift(); fault; fault = together.shift()) await work(fault)
  }))
  for (const fault of faults.filter(isAlone)) await work(fault)
}
