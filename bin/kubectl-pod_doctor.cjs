#!/usr/bin/env node
// Loads the program with V8's code cache, so that nothing is compiled twice. The cache is a convenience: one that is missing, not ours, wrong or
// unwritable is done without, silently. A cache is code: it is read only from a folder and a file that nobody else may write.
const {constants, closeSync, fstatSync, mkdirSync, openSync, readFileSync, renameSync, statSync, writeFileSync} = require('node:fs')
const {homedir} = require('node:os')
const {basename, join} = require('node:path')
const {Script} = require('node:vm')

const dist = join(__dirname, '..', 'dist')
const cacheHome = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
const cache = join(cacheHome, 'kubectl-podkit', `${process.version}-${process.arch}`)
const own = ({uid, mode}) => uid === process.getuid?.() && (mode & 0o022) === 0

const loaded = new Map()
const fresh = []

/** Reads a file of `dist`, from the cache if it holds the code with this hash, and runs it as Node runs a CommonJS module. */
function load(name) {
  const known = loaded.get(name)
  if (known) return known.exports
  const filename = join(dist, name)
  const source = readFileSync(filename, 'latin1')
  const hash = source.slice(2, 34)
  const cachedData = read(join(cache, name), hash)
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {filename, cachedData})
  if (!cachedData || script.cachedDataRejected) fresh.push({name, hash, script})
  const module = {exports: {}}
  loaded.set(name, module)
  script.runInThisContext()(module.exports, id => id.startsWith('./') ? load(basename(id)) : require(id), module, filename, dist)
  return module.exports
}

function read(file, hash) {
  let fd
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW)
    const data = own(fstatSync(fd)) ? readFileSync(fd) : undefined
    return data?.latin1Slice(0, 32) === hash ? data.subarray(32) : undefined
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** Writes what was compiled in this run, with the functions that it used; each file appears at once and whole. */
process.on('exit', () => {
  if (fresh.length === 0) return
  try {
    mkdirSync(cache, {recursive: true, mode: 0o700})
    if (!own(statSync(cache))) return
    for (const {name, hash, script} of fresh) {
      const draft = join(cache, `${name}.${process.pid}`)
      writeFileSync(draft, Buffer.concat([Buffer.from(hash, 'latin1'), script.createCachedData()]), {mode: 0o600, flag: 'wx'})
      renameSync(draft, join(cache, name))
    }
  } catch {
    // No cache, then.
  }
})

load('pod-doctor.cjs').run()
