import {editTemplate, type Change} from './fix.js'
import {distance} from './near-miss.js'
import type {ContainerView, Patient} from './patient.js'

/** Programs that images commonly have and people commonly misspell. */
const COMMON = [
  'bash', 'busybox', 'bundle', 'cat', 'celery', 'chmod', 'chown', 'curl', 'date', 'dotnet', 'echo', 'env', 'exec', 'export', 'find', 'flask', 'grep', 'gunicorn', 'httpd', 'java', 'kubectl', 'mkdir', 'mysql', 'mysqld', 'nc', 'nginx',
  'node', 'npm', 'npx', 'php', 'ping', 'postgres', 'printf', 'psql', 'python', 'python3', 'rails', 'redis-cli', 'redis-server', 'ruby', 'sh', 'sleep', 'tail', 'touch', 'uvicorn', 'wget', 'yarn',
]

export interface Insight {
  /** The end of a sentence about the program; empty where its name shows nothing. */
  because: string
  action?: string
  /** Left out where the template cannot be changed, or where the cure is not certain. */
  change?: Change | undefined
}

/** Where programs are looked for that are named without a folder. */
const PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** The volume that is mounted over the folder of the program, or over one where programs are looked for, and hides what the image has there. */
export function mountOver({spec}: ContainerView, program: string): NonNullable<ContainerView['spec']['volumeMounts']>[number] | undefined {
  const folders = program.includes('/') ? [program.slice(0, program.lastIndexOf('/'))] : spec.command === undefined || COMMON.includes(program) ? PATH : []
  return spec.volumeMounts?.find(({mountPath, subPath}) => folders.some(folder => `${folder}/`.startsWith(`${mountPath.replace(/\/$/, '')}/`) && !(subPath && program.includes('/') && mountPath === program)))
}

/** What the first word of a command shows about why the image does not have it. */
export function insightInto(patient: Patient, {name, editPath: at, spec}: ContainerView, program: string): Insight {
  const {command = []} = spec
  const edit = (to: string[]) => editTemplate(patient, [{path: `${at}.command`, to}])
  if (command[0] === program && /\s/.test(program.trim())) {
    // Quotes or shell characters in it need a shell; splitting would change what they mean.
    const words = /["'`$|&;<>(){}*?\\]/.test(program) ? ['sh', '-c', program] : program.trim().split(/\s+/)
    const better = [...words, ...command.slice(1)]
    return {because: '; the whole command line stands in one element of "command"', action: `Write the command as a list: ${JSON.stringify(better)}`, change: edit(better)}
  }
  if (program.startsWith('-')) {
    return {because: '; that is a flag, and flags for the image\'s own program belong into "args"', action: 'Move the flags from "command" to "args"',
      change: editTemplate(patient, [{path: `${at}.args`, to: [...command, ...spec.args ?? []]}, {path: `${at}.command`, remove: true}])}
  }
  if (program === '' && command[0] === '') {
    return {because: '; the first element of "command" is empty', action: 'Leave out the empty element', change: command.length > 1 ? edit(command.slice(1)) : editTemplate(patient, [{path: `${at}.command`, remove: true}])}
  }
  const base = program.slice(program.lastIndexOf('/') + 1)
  if (base === 'sh') return {because: ', which has no shell', action: `Start a program of image ${spec.image} without a shell, or use an image that has one`}
  if (base === 'bash' && command[0] === program) {
    return {because: '; small images have "sh" instead', action: 'Start "sh" instead, if the command needs nothing that only bash has', change: edit([program.replace(/bash$/, 'sh'), ...command.slice(1)])}
  }
  const word = meantBy(program)
  if (word === undefined) return {because: ''}
  return {because: `; "${word}" may be meant`, action: `Start "${word}" instead`, change: command[0] === program ? edit([word, ...command.slice(1)]) : undefined}
}

/** The well-known program that a misspelt one may mean, in the same folder. */
export function meantBy(program: string): string | undefined {
  const base = program.slice(program.lastIndexOf('/') + 1)
  const meant = COMMON.filter(word => word !== base && distance(base, word) <= (base.length > 4 ? 2 : 1)).toSorted((a, b) => distance(base, a) - distance(base, b))[0]
  return meant === undefined || COMMON.includes(base) ? undefined : program.slice(0, program.length - base.length) + meant
}
