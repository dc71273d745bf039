import {diagnose} from '../../src/doctor/diagnose.js'
import {text} from '../../src/doctor/report/text.js'
import {rules} from '../../src/doctor/rules/index.js'
import {recordings, snapshotOf} from './recording.js'

// usage: tsx test/support/replay-recordings.ts FOLDER [WORD…]: one line each, or the reports of those whose name holds a word
const [folder = '', ...words] = process.argv.slice(2)
for (const recording of recordings(folder)) {
  if (words.length > 0 && !words.some(word => recording.fault.includes(word))) continue
  const snapshot = snapshotOf(recording)
  const {diagnosis} = diagnose(snapshot, rules)
  const causes = diagnosis.causes.map(({finding}) => finding.rule).join(', ')
  if (words.length === 0) console.log(`${recording.fault.padEnd(44)} ${diagnosis.verdict.padEnd(13)} ${causes}${diagnosis.broken.length > 0 ? ` BROKEN ${JSON.stringify(diagnosis.broken)}` : ''}`)
  else console.log(`##### ${recording.fault}: ${recording.cause}\n${text(diagnosis, snapshot)}`)
}
