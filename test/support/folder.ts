import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

const folders: string[] = []

/** A new, empty folder, which goes when the tests end. */
export function newFolder(): string {
  if (folders.length === 0) process.once('exit', () => folders.forEach(folder => rmSync(folder, {recursive: true, force: true})))
  const folder = mkdtempSync(join(tmpdir(), 'podkit-'))
  folders.push(folder)
  return folder
}
