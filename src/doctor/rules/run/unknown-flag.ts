import {logOfEnd} from '../../log-scan.js'
import {nearMisses, STRONG} from '../../near-miss.js'
import {defineRule} from '../../rule.js'
import {originsOf} from '../../value-origin.js'

/**
 * Go's pflag `unknown flag: --x`, `unknown shorthand flag: 'x' in -x`, Go's flag `flag provided but not defined: -x`; Python's argparse `unrecognized arguments: --x`, click `No such option: --x`; getopt
 * `unrecognized option '--x'`, `unknown option -- 'x'`, `illegal option`; commander `unknown option '--x'`; clap `unexpected argument '--x' found`; JVM `Unrecognized option: --x`, `Unrecognized VM option 'x'`; Node.js `bad option: --x`.
 */
const UNKNOWN = /(?:unknown (?:shorthand )?flag|flag provided but not defined|unrecogni[sz]ed (?:arguments?|options?|flag)|no such option|(?:unknown|bad|invalid|illegal) (?:option|argument|flag)|unexpected (?:argument|option))\s*:?\s*(?:'\w' in )?['"‘`]?(--?[A-Za-z][\w.-]*)/i
const FLAG = /(?<![\w-])--?[A-Za-z][\w.-]+/g

export default defineRule({
  id: 'unknown-flag',
  phase: 'run',
  severity: 'error',
  heals: 'never',
  refines: ['container-exited', 'init-container-failed'],
  title: 'The program does not know a flag that it is given',
  explain: `The program ends at once because its command line holds a flag that it does not have: misspelt, of another version of the program, or meant for another program.
Most programs print the flags that they know; the one that is nearest is named. Where a value looks like a flag (it begins with a dash), it must stand behind "=".`,

  * check(patient) {
    for (const container of patient.ended) {
      const {name, ended, spec} = container
      const log = ended.exitCode === 0 ? undefined : logOfEnd(patient, container)
      const lines = log?.text.split('\n') ?? []
      const line = lines.findIndex(text => UNKNOWN.test(text))
      if (!log || line < 0) continue
      const flag = UNKNOWN.exec(lines[line]!)![1]!
      const [origin] = originsOf(patient, container, flag)
      // Go's flag package leaves out one of two dashes when it complains.
      const [double] = origin || flag.startsWith('--') ? [] : originsOf(patient, container, `-${flag}`)
      const where = origin ?? double
      const word = double ? `-${flag}` : flag
      const known = [...new Set(lines.flatMap((text, i) => i === line ? text.replace(flag, '').match(FLAG) ?? [] : text.match(FLAG) ?? []))].filter(other => other !== flag && other.length > 3)
      const [near] = nearMisses(flag.replace(/^-+/, ''), known.map(other => other.replace(/^-+/, ''))).filter(({score}) => score >= STRONG)
      const meant = near && `${/^-*/.exec(word)![0]}${near.name}`
      yield {
        container: name,
        summary: `Program of container "${name}" does not know the flag ${word}${where ? ` in ${where.words.replace(` of container "${name}"`, '')}` : ''}${meant ? `; its flag is ${meant}` : ''}.`,
        evidence: [patient.citeLog(log, line), ...(where ? [where.evidence] : []), patient.cite(patient.pod, `${ended.path}.exitCode`)],
        fixes: meant && where ? [where.change(meant)] : [{action: meant ? `Write ${meant} instead of ${word}` : `Take ${word} out of ${where?.words ?? `the command line of container "${name}"`}, or use a version of image ${spec.image} that knows it`}],
        culprit: {...patient.owner.ref, part: `${name} ${flag}`},
      }
    }
  },
})
