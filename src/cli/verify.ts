import {execFile} from 'node:child_process'
import type {Diagnosis, Fix} from '../doctor/types.js'
import type {Examination} from './examination.js'
import type {KubeFlags} from './flags.js'
import {UsageError} from './usage.js'

/** Verbs of kubectl 1.34 that know `--dry-run=server`; of those with a second word both. */
const TRIED = /^(?:annotate|autoscale|cordon|create|delete|drain|expose|label|patch|replace|rollout undo|scale|set \w+|taint|uncordon)$/
const SECONDS = 30

/**
 * What `--verify` does with an examination. Throws where there is no cluster to ask, or where kubectl would have to be given a password or a token
 * on its command line, which every user of the machine can read.
 */
export function verifier(flags: KubeFlags, from: string | undefined): (examination: Examination) => Promise<Examination> {
  if (from !== undefined) throw new UsageError('--verify asks a cluster and cannot be used with --from')
  const secret = (['token', 'password'] as const).find(name => flags[name] !== undefined)
  if (secret) throw new UsageError(`--verify runs kubectl, whose command line must not hold a secret: put the ${secret} into a kubeconfig instead of --${secret}`)
  return async ({snapshot, diagnosis}) => ({snapshot, diagnosis: await verified(diagnosis)})
}

/**
 * Runs each command of each fix with the `kubectl` on PATH as a dry run on the server, and notes what came of it. Nothing is changed: the
 * API server checks rights, the object and every admission controller, and stops before it writes.
 */
export async function verified(diagnosis: Diagnosis): Promise<Diagnosis> {
  const causes = await Promise.all(diagnosis.causes.map(async cause => ({...cause, finding: {...cause.finding, fixes: await Promise.all(cause.finding.fixes.map(verify))}})))
  return {...diagnosis, causes}
}

async function verify(fix: Fix): Promise<Fix> {
  if (!fix.commands || fix.effect === 'reads') return fix
  const answers = await Promise.all(fix.commands.map(tried))
  // A command may need what the one before it makes.
  return {...fix, verified: answers.map((answer, i) => i > 0 && /\(NotFound\)/.test(answer) ? 'can be tried only when the command above has run' : answer)}
}

async function tried(command: string[]): Promise<string> {
  const words = command.slice(1)
  const verb = words[0] === 'set' || words[0] === 'rollout' ? words.slice(0, 2).join(' ') : words[0] ?? ''
  if (!TRIED.test(verb)) return `not tried, kubectl ${verb} knows no dry run`
  const end = words.indexOf('--')
  const args = words.toSpliced(end < 0 ? words.length : end, 0, '--dry-run=server')
  return new Promise(resolve => {
    execFile('kubectl', args, {timeout: SECONDS * 1000}, (error, _, stderr) => resolve(error === null ? 'accepted by the API server' : reasonOf(error, stderr)))
  })
}

function reasonOf(error: Error & {code?: unknown, killed?: boolean}, stderr: string): string {
  if (error.code === 'ENOENT') return 'not tried, there is no kubectl on PATH'
  if (error.killed) return `no answer within ${SECONDS} seconds`
  const lines = stderr.split('\n').filter(line => line.trim() !== '' && !line.startsWith('Warning:'))
  return `refused: ${(lines[0] ?? error.message).replace(/^error: /, '')}`
}
