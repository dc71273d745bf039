import assert from 'node:assert/strict'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'

/** Compares with the file; `npm run update` writes it instead. A golden that is missing never passes by itself. */
export function assertGolden(actual: string, file: string): void {
  assert.doesNotMatch(actual, /internal error/, 'a bug must not become a golden')
  if (process.env['UPDATE']) writeFileSync(file, actual)
  assert.ok(existsSync(file), `${file} does not exist; npm run update writes it`)
  assert.equal(actual, readFileSync(file, 'utf8'))
}
