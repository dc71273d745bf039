import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {basename, join} from 'node:path'
import {diagnose} from '../src/doctor/diagnose.js'
import {text} from '../src/doctor/report/text.js'
import {rules} from '../src/doctor/rules/index.js'
import type {Snapshot} from '../src/doctor/types.js'
import {conformSnapshot} from '../src/kube/conform.js'
import {damaged, generator} from './support/damage.js'
import {readSnapshot} from './support/snapshot.js'

/** `npm run test:long` sets ten thousand; the same seeds come first, so that a failure there can be run here. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 400)

describe('damaged snapshots', () => {
  const root = join(import.meta.dirname, 'faults')
  const files = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(file => file.endsWith('.yaml') && !basename(file).startsWith('make')).sort()
  const snapshots = files.map(file => readSnapshot(join(root, file)))

  it(`${ROUNDS} of them: nothing throws, no rule breaks, nothing is invented, the same text twice`, () => {
    for (let seed = 0; seed < ROUNDS; seed++) {
      const snapshot = conformSnapshot(damaged(snapshots[seed % snapshots.length]!, generator(seed)))
      const {diagnosis} = diagnose(snapshot, rules)
      const which = `seed ${seed}, ${files[seed % files.length]}`
      assert.deepEqual(diagnosis.broken, [], which)
      const report = text(diagnosis, snapshot, {explain: true})
      assert.equal(text(diagnose(snapshot, rules).diagnosis, snapshot, {explain: true}), report, which)
      assert.doesNotMatch(report, /\u001B|\u202E|undefined|\[object|NaN/, which)
      assertKnown(diagnosis.causes.flatMap(({affected}) => affected), snapshot, which)
    }
  }).timeout(600_000)
})

/** Whoever is said to be hurt stands in the snapshot. */
function assertKnown(refs: {kind: string, name: string}[], {objects}: Snapshot, which: string): void {
  for (const {kind, name} of refs) assert.ok(objects.some(object => object.kind === kind && object.metadata?.name === name), `${which}: ${kind} ${name} was invented`)
}
