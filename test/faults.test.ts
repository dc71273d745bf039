import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {diagnose} from '../src/doctor/diagnose.js'
import {text} from '../src/doctor/report/text.js'
import {rules} from '../src/doctor/rules/index.js'
import type {Diagnosis} from '../src/doctor/types.js'
import {assertGolden} from './support/golden.js'
import {readSnapshot} from './support/snapshot.js'

const root = join(import.meta.dirname, 'faults')
const files = existsSync(root) ? readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(file => file.endsWith('.yaml')).sort() : []
const cases = files.filter(file => !basename(file).startsWith('make'))

const findingsOf = ({causes, consequences, history}: Diagnosis) => [...causes.map(({finding}) => finding), ...consequences, ...history]

/**
 * Each file test/faults/PHASE/RULE/CASE.yaml is a snapshot, diagnosed with all rules at once. RULE must speak in every
 * case but those named `not-…`, and the whole report must equal CASE.txt. `npm run update` writes the texts and can never turn a wrong verdict into a right one.
 */
describe('faults', () => {
  for (const file of cases) {
    it(file.replace('.yaml', ''), () => {
      const snapshot = readSnapshot(join(root, file))
      const {diagnosis} = diagnose(snapshot, rules)
      assert.deepEqual(diagnosis.broken, [])
      const spoke = findingsOf(diagnosis).map(({rule}) => rule)
      assert.equal(spoke.includes(basename(dirname(file))), !basename(file).startsWith('not-'), `spoke: ${spoke.join(', ') || 'nobody'}`)
      assertGolden(text(diagnosis, snapshot), join(root, file.replace('.yaml', '.txt')))
      for (const {rule, evidence, fixes, summary} of findingsOf(diagnosis)) {
        assert.ok(evidence.length > 0, `${rule} gives no evidence`)
        assert.doesNotMatch(summary, /\n|undefined|\[object|NaN/, `${rule} says ${summary}`)
        for (const {action, commands = []} of fixes) {
          assert.doesNotMatch(action, /^check |make sure|undefined|\[object|NaN|\.$/i, `${rule} gives vague or broken advice: ${action}`)
          // Deleting a pod is no cure; a StatefulSet that waits for a pod that never was ready needs it after its template was mended.
          assert.ok(!commands.some((command, i) => command.includes('delete') && command.some(word => /^pods?(?:\/|$)/.test(word)) && i === 0), `${rule} deletes a pod`)
        }
      }
    })
  }
})

describe('healthy pods get no finding', () => {
  const folder = join(import.meta.dirname, 'healthy')
  for (const file of readdirSync(folder).filter(file => file.endsWith('.yaml')).sort()) {
    it(file.replace('.yaml', ''), () => {
      const snapshot = readSnapshot(join(folder, file))
      const {diagnosis} = diagnose(snapshot, rules)
      assert.deepEqual([diagnosis.verdict, diagnosis.causes, diagnosis.consequences, diagnosis.broken], ['sound', [], [], []])
      assertGolden(text(diagnosis, snapshot), join(folder, file.replace('.yaml', '.txt')))
    })
  }
})

describe('every rule', () => {
  for (const {id, phase, title, explain, refines} of rules) {
    it(id, () => {
      const file = join(import.meta.dirname, '../src/doctor/rules', phase, `${id}.ts`)
      assert.ok(existsSync(file), 'stands in the file of its phase and id')
      assert.ok(readFileSync(file, 'utf8').trimEnd().split('\n').length <= 60, 'is no longer than a page')
      const own = files.filter(file => file.startsWith(join(phase, id) + '/')).map(file => basename(file))
      assert.ok(own.some(name => !name.startsWith('not-') && !name.startsWith('make')), 'has a case that it speaks in')
      assert.ok(own.some(name => name.startsWith('not-')), 'has a case that it stays silent in')
      assert.ok(own.some(name => name.startsWith('make')), 'is made on a real cluster')
      assert.ok(!title.endsWith('.') && explain.length > 100, 'has a title without a full stop, and a page')
      for (const broad of [refines ?? []].flat()) assert.ok(rules.some(({id}) => id === broad), `refines ${broad}, which is no rule`)
    })
  }
})
