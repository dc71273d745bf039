import assert from 'node:assert/strict'
import {chmodSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {verified} from '../src/cli/verify.js'
import type {Diagnosis, Fix} from '../src/doctor/types.js'
import {newFolder} from './support/folder.js'

/** A kubectl that notes its words, accepts patches, has no object for labels, and refuses all else. */
const KUBECTL = `#!/bin/sh
echo "$@" >> "$(dirname "$0")/said"
case $1 in patch) echo patched;; label) echo 'Error from server (NotFound): pods "web" not found' >&2; exit 1;;
*) printf 'Warning: old\\nerror: deployments.apps "web" is forbidden: no\\n' >&2; exit 1;; esac
`

describe('--verify', () => {
  const diagnosisOf = (fix: Fix) => ({causes: [{finding: {fixes: [fix]}, affected: []}]}) as unknown as Diagnosis
  const path = process.env['PATH']
  let folder = ''
  before(() => {
    folder = newFolder()
    writeFileSync(join(folder, 'kubectl'), KUBECTL)
    chmodSync(join(folder, 'kubectl'), 0o755)
    process.env['PATH'] = `${folder}:${path}`
  })
  after(() => { process.env['PATH'] = path })

  /** [command after command, answers] */
  const cases: [string[], string[]][] = [
    [['kubectl patch deployment/web -n shop --type=json -p []'], ['accepted by the API server']],
    [['kubectl set env deployment/web -n shop A=b'], ['refused: deployments.apps "web" is forbidden: no']],
    [['kubectl label pod/web a=b'], ['refused: Error from server (NotFound): pods "web" not found']],
    [['kubectl patch configmap/web -p {}', 'kubectl label pod/web a=b'], ['accepted by the API server', 'can be tried only when the command above has run']],
    [['kubectl rollout restart deployment/web'], ['not tried, kubectl rollout restart knows no dry run']],
  ]
  for (const [commands, answers] of cases) {
    it(commands.join('; '), async () => {
      const {causes} = await verified(diagnosisOf({action: 'x', effect: 'changes-spec', commands: commands.map(command => command.split(' '))}))
      assert.deepEqual(causes[0]!.finding.fixes[0]!.verified, answers)
    })
  }

  it('every command that was run was a dry run, with the flag before what is not kubectl\'s', async () => {
    await verified(diagnosisOf({action: 'x', effect: 'creates', commands: [['kubectl', 'create', 'job', 'x', '--', 'date']]}))
    const said = readFileSync(join(folder, 'said'), 'utf8').trim().split('\n')
    assert.ok(said.every(line => line.includes('--dry-run=server')))
    assert.equal(said.at(-1), 'create job x --dry-run=server -- date')
  })

  it('a command that only reads is not tried', async () => {
    const {causes} = await verified(diagnosisOf({action: 'x', effect: 'reads', commands: [['kubectl', 'logs', 'web']]}))
    assert.equal(causes[0]!.finding.fixes[0]!.verified, undefined)
  })
})
