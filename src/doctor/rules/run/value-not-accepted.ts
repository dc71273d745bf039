import {BROADER, complaintOf, failsWith, keyWords} from '../../complaint.js'
import {changed} from '../../exit-context.js'
import {wordOf} from '../../fix.js'
import {isError, logOfEnd, tellingLine} from '../../log-scan.js'
import {changedByRevision} from '../../revision-change.js'
import {rollBack} from '../../revisions.js'
import {defineRule} from '../../rule.js'
import {stoppedFor} from '../../stopped.js'
import {originsOf, type Origin} from '../../value-origin.js'

/** What parsers of numbers, durations, switches and lists of choices say. A name that is unknown to somebody else (a topic, a host, a user) is none of it. */
const NOT_TAKEN = new RegExp([
  String.raw`\b(?:invalid|illegal|bad|malformed|unsupported|unrecogni[sz]ed)\b(?! (?:user|password|token|credential|key\b|signature|certificate))`, 'NumberFormatException', 'For input string', String.raw`\b(?:could not|cannot|unable to|failed to) (?:convert|parse|bind)\b`,
  String.raw`strconv\.\w+: parsing`, String.raw`\bunknown (?:log )?(?:level|value|mode|format|profile|driver|dialect|time ?zone|locale|encoding|algorithm|scheme|backend|engine|unit|protocol)\b`,
  'missing unit in duration', 'not a (?:valid|number)', 'not in a correct format', 'must be (?:one of|a |an |between|>|<)', 'No enum constant', 'ERR_SOCKET_BAD_PORT', '_parsing, input_value',
].join('|'), 'i')
const OTHERS = new Set(['name', 'refused', 'timeout', 'login', 'database', 'api', 'certificate', 'shell', 'module', 'permission', 'file'])

/**
 * A program that quotes a value which it does not take, and one place in its settings has just that value. Where the value stands in no place that is known (a Secret), or in
 * several, nothing is said; nor is a value that the line offers as a choice. A file that does not parse is another fault, and so is a variable that Kubernetes makes for a Service.
 */
export default defineRule({
  id: 'value-not-accepted',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: [...BROADER, 'configuration-not-parsed'],
  title: 'The program does not accept a value that it is given',
  explain: `Every environment variable is a text. The program makes a number, a duration, a switch or a choice of it, and ends when it cannot: "80a" is no port, "30" is no
duration for Go, "VERBOSE" is no level for Python. A value from a ConfigMap is read when the container starts, so the pods must be restarted after it is mended.`,

  * check(patient) {
    for (const container of patient.ended) {
      const {ended} = container
      const log = ended.exitCode === 0 || [126, 127, 137, 143].includes(ended.exitCode) ? undefined : logOfEnd(patient, container)
      const telling = log ? tellingLine(log) : undefined
      if (!log || !telling || !isError(telling) || OTHERS.has(complaintOf(log)?.complaint ?? '') || stoppedFor(patient, container)) continue
      const text = telling.log.text.split('\n').slice(telling.line, telling.line + 7).join('\n')
      if (!NOT_TAKEN.test(text)) continue
      const values = new Set([...text.replaceAll(/\b(?:must be|expected|allowed|supported|valid (?:values|options)|available|choose from|one of)\b.*/gi, '').matchAll(/(["'`])([^"'`\s\\]{1,80})\1|(?:: |\\")([\w./+-]{1,80})(?=\\"|$)/gm)].map(([, , quoted, bare]) => quoted ?? bare!))
      const given = [...values].flatMap(value => originsOf(patient, container, value).filter(isSetting).map(origin => ({value, origin})))
      const named = given.filter(({origin}) => nameIn(origin) !== undefined && plain(text).includes(plain(nameIn(origin)!)))
      const [only, ...others] = named.length > 0 ? named : given
      if (!only || others.length > 0) continue
      const revision = changedByRevision(patient, container.name)
      yield {
        container: container.name, summary: `${failsWith(container, {text: keyWords(telling.text)})}: the value "${only.value}" is from ${only.origin.words}${changed(patient, only.origin)}.${revision === undefined ? '' : ` ${revision}`}`,
        evidence: [patient.citeLog(log, telling.line), only.origin.evidence, patient.cite(patient.pod, `${ended.path}.exitCode`)],
        fixes: [...rollBack(patient, ''), {action: `Write a value that the program takes instead of "${only.value}" into ${only.origin.words}${/ConfigMap/.test(only.origin.words) ? `, and restart ${wordOf(patient.owner.ref)}` : ''}`}],
        culprit: {...patient.owner.ref, part: `${container.name} ${only.origin.words}`},
      }
    }
  },
})

/** A script that prints the value in its own words is not the place where it was set. */
const isSetting = ({words, evidence}: Origin): boolean => !/^the (?:command|arguments)/.test(words) || ('value' in evidence && String(evidence.value).length < 100)
const nameIn = ({words}: Origin): string | undefined => /^env (\S+)|^key "([^"]+)"/.exec(words)?.slice(1).find(Boolean)
const plain = (text: string): string => text.toLowerCase().replaceAll(/[._-]/g, '')
