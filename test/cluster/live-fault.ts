import {randomBytes} from 'node:crypto'
import {isDeepStrictEqual} from 'node:util'
import {rules} from '../../src/doctor/rules/index.js'
import type {Diagnosis} from '../../src/doctor/types.js'
import type {Cluster} from './cluster.js'
import type {Fault} from './directives.js'
import {addNode, removeNodes} from './nodes.js'
import {pause, type Output} from './processes.js'
import {signals} from './signals.js'

/** What came of one fault. A field is `undefined` where the test did not get so far. */
export interface Outcome {
  fault: Fault
  /** Seconds until the cluster said what `# until:` waits for. */
  live?: number
  /** The first cause is the fault's, and its summary holds all names. */
  named?: boolean
  /** The same without events; `needed` where the fault says that it cannot be. */
  eventless?: boolean | 'needed'
  /** How it was cured, `none` where there is no cure. */
  cured?: Fault['cure']['how']
  /** Seconds from the cure until the doctor found the target sound. */
  sound?: number
  seconds: number
  /** The first report for a person. */
  report: string
  /** Why the test failed. */
  problem?: string
}

/** A fault that has been made, in a namespace of its own. */
export interface Patient {
  fault: Fault
  namespace: string
  /** Runs shell with $K and $NS. */
  shell(text: string): Promise<Output>
  doctor(...flags: string[]): Promise<Output>
  /** Seconds it took. */
  live: number
  end(): Promise<void>
}

/** Makes a fault and waits until it has struck. Takes everything away again when it does not. */
export async function makeLive(cluster: Cluster, fault: Fault, {namespace = `${fault.rule.slice(0, 40)}-${randomBytes(2).toString('hex')}`, authorityBase64 = ''} = {}): Promise<Patient> {
  const env = {K: `kubectl -n ${namespace}`, NS: namespace, CA_BUNDLE: authorityBase64}
  const manifest = fault.manifest.replaceAll('$NAMESPACE', namespace).replaceAll('$CA_BUNDLE', authorityBase64)
  const isEmpty = manifest.split('\n').every(line => /^\s*(?:#|---|$)/.test(line))
  const shell = (text: string) => cluster.exec(text, {env, timeout: 120, allowFailure: true})
  const end = async () => {
    if (fault.clean) await shell(fault.clean)
    // With force: what does not end by itself must not hold up the next fault. Manifests may hold objects of the cluster, too.
    if (!isEmpty) await cluster.kubectl(['delete', '-f', '-', '--wait=false', '--ignore-not-found', '--force', '--grace-period=0'], {namespace, input: manifest, allowFailure: true})
    await shell('$K delete pods --all --force --grace-period=0 --wait=false; kubectl delete namespace $NS --wait=false')
    if (fault.nodes.length > 0) await removeNodes(cluster.api, fault.nodes.map(({name}) => name))
  }
  const notes: string[] = []
  const step = async (name: string, work: Promise<Output>) => {
    const {stdout, stderr, code} = await work
    if (code !== 0) notes.push(`${name}: exit code ${code}: ${(stderr || stdout).trim()}`)
  }
  const began = Date.now()
  try {
    await cluster.kubectl(['create', 'namespace', namespace])
    for (const node of fault.nodes) await addNode(cluster.api, node)
    // Pods are refused until their ServiceAccount is there.
    while (!await cluster.get(`/api/v1/namespaces/${namespace}/serviceaccounts/default`)) await pause(50)
    if (fault.before) await step('before', shell(fault.before))
    if (!isEmpty) await step('apply', cluster.kubectl(['apply', '-f', '-'], {namespace, input: manifest, allowFailure: true}))
    if (fault.after) await step('after', shell(fault.after))
    for (;;) {
      const lines = [...await signals(cluster, namespace), ...notes]
      const missing = fault.until.filter(pattern => !pattern.test(lines.join('\n')))
      if (missing.length === 0) break
      if (Date.now() - began > fault.within * 1000) throw new Error(`not made within ${fault.within} s: nothing matches ${missing.join(' and ')}\n${lines.join('\n')}`)
      await pause(700)
    }
  } catch (error) {
    await end()
    throw error
  }
  const live = (Date.now() - began) / 1000
  await pause(fault.settle * 1000)
  const doctor = (...flags: string[]) => cluster.kubectl(['pod-doctor', ...fault.target, '-n', namespace, ...flags], {timeout: 60, allowFailure: true})
  return {fault, namespace, shell, doctor, live, end}
}

/** The whole test of a fault: made, named, named again without events, cured by what is printed, found sound. */
export async function testLive(cluster: Cluster, fault: Fault, options?: {authorityBase64: string}): Promise<Outcome> {
  const began = Date.now()
  const outcome: Outcome = {fault, seconds: 0, report: ''}
  let patient: Patient | undefined
  try {
    patient = await makeLive(cluster, fault, options)
    outcome.live = patient.live
    const culprit = await expectNamed(patient, outcome)
    outcome.eventless = fault.eventsNeeded === undefined ? await expectEventless(cluster, patient, culprit) : 'needed'
    await cure(patient, outcome)
  } catch (error) {
    outcome.problem = (error as Error).message
  } finally {
    await patient?.end().catch(error => outcome.problem ??= `could not be taken away: ${error}`)
    outcome.seconds = (Date.now() - began) / 1000
  }
  return outcome
}

async function expectNamed(patient: Patient, outcome: Outcome): Promise<unknown> {
  const {rule, names} = patient.fault
  outcome.named = false
  let problem = ''
  // A pod between two states may look like another fault for a moment.
  for (let i = 0; i < 5; i++) {
    const {diagnosis, code, words} = await diagnosisOf(patient)
    const text = await patient.doctor()
    outcome.report = text.stdout
    const first = diagnosis?.causes[0]?.finding
    // A Deployment that waits for minReadySeconds is not sound, and has no fault.
    const expected = isWarning(patient.fault) && diagnosis?.verdict === 'sound' ? 0 : 1
    const unnamed = names.filter(name => !first?.summary.includes(name))
    problem = !diagnosis || text.code === expected ? '' : `the report for a person ends with exit code ${text.code}: ${text.stderr}`
    problem ||= !diagnosis ? `exit code ${code}: ${words}` : code !== expected ? `exit code ${code}, not ${expected}` : first?.rule !== rule ? `the first cause is ${first?.rule ?? 'none'}, not ${rule}`
      : unnamed.length > 0 ? `the summary does not name ${unnamed.join(', ')}: ${first.summary}` : ''
    if (problem === '') {
      outcome.named = true
      return first?.culprit
    }
    await pause(2000)
  }
  throw new Error(`${problem}\n${outcome.report}`)
}

async function expectEventless(cluster: Cluster, patient: Patient, culprit: unknown): Promise<true> {
  let problem = ''
  for (let i = 0; i < 3; i++) {
    await cluster.api.change('DELETE', `/api/v1/namespaces/${patient.namespace}/events`)
    const {diagnosis, code, words} = await diagnosisOf(patient)
    const first = diagnosis?.causes[0]?.finding
    if (first?.rule === patient.fault.rule && isDeepStrictEqual(first.culprit, culprit)) return true
    problem = diagnosis ? `the first cause is ${first?.rule ?? 'none'}, culprit ${JSON.stringify(first?.culprit)} instead of ${JSON.stringify(culprit)}` : `exit code ${code}: ${words}`
    await pause(2000)
  }
  throw new Error(`without events: ${problem}\n${(await patient.doctor()).stdout}`)
}

/** What its rule says changes no verdict. */
const isWarning = ({rule}: Fault) => rules.find(({id}) => id === rule)?.severity === 'warning'

async function diagnosisOf(patient: Patient): Promise<{diagnosis?: Diagnosis, code: number, words: string}> {
  const {stdout, stderr, code} = await patient.doctor('-o', 'json')
  try {
    return {diagnosis: JSON.parse(stdout) as Diagnosis, code, words: stderr}
  } catch {
    return {code, words: stderr || stdout}
  }
}

async function cure(patient: Patient, outcome: Outcome): Promise<void> {
  const {fault: {cure, curedWithin}, shell, doctor} = patient
  if (cure.how === 'none') {
    outcome.cured = 'none'
    return
  }
  const commands = cure.how === 'by hand' ? cure.shell : printedCommands(outcome.report, cure.how === 'guard' ? 'ONLY WITH CARE' : 'FIX')
  if (commands === '') throw new Error(`no command is printed under ${cure.how === 'guard' ? 'ONLY WITH CARE' : 'FIX'}\n${outcome.report}`)
  if (cure.how === 'printed') await expectAccepted(patient)
  const {code, stdout, stderr} = await shell(`set -e\n${commands}`)
  if (code !== 0) throw new Error(`the cure fails with exit code ${code}:\n${commands}\n${stderr || stdout}`)
  outcome.cured = cure.how
  const began = Date.now()
  let last = ''
  // Twice: between two pods there is a moment when nobody is sick.
  for (let times = 0; times < 2;) {
    const {code, stdout, stderr} = await doctor()
    times = code === 0 && !(isWarning(patient.fault) && /^WARNING/m.test(stdout)) ? times + 1 : 0
    last = stdout || stderr
    if (times < 2 && Date.now() - began > curedWithin * 1000) throw new Error(`not sound within ${curedWithin} s of the cure:\n${commands}\n${last}`)
    if (times < 2) await pause(1500)
  }
  outcome.sound = (Date.now() - began) / 1000
}

/** `--verify` says of the commands that are about to be run that the server would take them. */
async function expectAccepted({doctor}: Patient): Promise<void> {
  const {stdout, stderr} = await doctor('--verify', '-o', 'json')
  const {causes = []} = stdout === '' ? {} : JSON.parse(stdout) as Partial<Diagnosis>
  const fix = causes[0]?.finding.fixes.find(({removesGuard}) => removesGuard === undefined)
  const bad = (fix?.verified ?? ['nothing was verified']).filter(answer => !/^(?:accepted|not tried|can be tried only)/.test(answer))
  if (bad.length > 0) throw new Error(`--verify: ${bad.join('; ')}\n${stderr}`)
}

/** The commands below the first heading of that name, exactly as they are printed: the lines with an indent of four blanks. */
export function printedCommands(report: string, heading: string): string {
  const [, section = ''] = report.split(new RegExp(`^${heading}$`, 'm'))
  const body = section.split(/^\S/m)[0]!
  return body.split('\n').filter(line => /^ {4}\S/.test(line)).map(line => line.trim()).join('\n')
}
