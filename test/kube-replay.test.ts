import assert from 'node:assert/strict'
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {stringify} from 'yaml'
import {diagnose} from '../src/doctor/diagnose.js'
import {text} from '../src/doctor/report/text.js'
import {rules} from '../src/doctor/rules/index.js'
import type {Snapshot} from '../src/doctor/types.js'
import {connect} from '../src/kube/client.js'
import {fileSource} from '../src/kube/dump.js'
import {examine} from '../src/kube/examine.js'
import {liveSource} from '../src/kube/live.js'
import {serve} from './support/api-server.js'
import {readSnapshot} from './support/snapshot.js'

const root = join(import.meta.dirname, 'faults')
const judge = (snapshot: Snapshot) => diagnose(snapshot, rules)
const bare = (snapshot: Snapshot): Snapshot => ({...snapshot, objects: [], logs: [], reads: []})

/** One case of each fault, served as its cluster was. */
describe('a run, its snapshot written, and the snapshot replayed, say the same', () => {
  const folder = mkdtempSync(join(tmpdir(), 'podkit-'))
  const path = join(folder, 'snapshot')
  after(() => rmSync(folder, {recursive: true}))
  const cases = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(file => basename(file) === 'live.yaml').sort()
  assert.ok(cases.length > 0)
  for (const [i, file] of cases.entries()) {
    it(file, async () => {
      const recorded = readSnapshot(join(root, file))
      const server = await serve(recorded)
      const live = await examine(liveSource(await connect({server: server.url}, {env: {HOME: '/nope'}})), {...bare(recorded), connection: []}, judge)
      server.close()
      assert.deepEqual(live.diagnosis.broken, [])
      // YAML keeps it as well as JSON; it is slow, and three say as much as all.
      const yaml = i < 3 ? [stringify(live.snapshot, {lineWidth: 0, aliasDuplicateObjects: false})] : []
      for (const written of [...yaml, JSON.stringify(live.snapshot)]) {
        writeFileSync(path, written)
        const {source, snapshot} = await fileSource(path)
        const again = await examine(source, bare(snapshot!), judge)
        assert.equal(text(again.diagnosis, again.snapshot, {explain: true}), text(live.diagnosis, live.snapshot, {explain: true}))
      }
    })
  }
})
