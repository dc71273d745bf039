#!/usr/bin/env node
// Loads the program with V8's code cache, so that nothing is compiled twice. The cache is a convenience: one that is missing, not ours, wrong or
// unwritable is done without, silently. A cache is code: it is read only if nobody else can have written it.
const {closeSync, constants, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeSync} = require('node:fs')
const {homedir} = require('node:os')
const {basename, join} = require('node:path')
const {Script} = require('node:vm')

const dist = join(__dirname, '..', 'dist')
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubectl-podkit', `${process.version}-${process.arch}`)
const isOurs = ({uid, mode}) => uid === process.getuid?.() && (mode & 0o022) === 0

/** A cache holds the functions that the runs before have used: the first runs add to it, later ones once a day. */
const YOUNG = 6
const DAY = 24 * 60 * 60 * 1000

const loaded = new Map()
const growing = []

/** Runs a file of `dist` as Node runs a CommonJS module. Its first line holds its hash, which its cache must begin with. */
function load(name) {
  const known = loaded.get(name)
  if (known) return known.exports
  const filename = join(dist, name)
  const source = readFileSync(filename, 'latin1')
  const hash = source.slice(2, 34)
  const cached = readCache(name, hash)
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {filename, cachedData: cached?.data})
  const runs = cached && !script.cachedDataRejected ? cached.runs : 0
  if (runs < YOUNG || cached.old) growing.push({name, head: `${hash}${Math.min(runs + 1, YOUNG)}`, script, isNew: runs === 0})
  const module = {exports: {}}
  loaded.set(name, module)
  script.runInThisContext()(module.exports, id => id.startsWith('./') ? load(basename(id)) : require(id), module, filename, dist)
  return module.exports
}

function readCache(name, hash) {
  let fd
  try {
    fd = openSync(join(cache, name), constants.O_RDONLY | constants.O_NOFOLLOW)
    const stat = fstatSync(fd)
    const bytes = isOurs(stat) ? readFileSync(fd) : Buffer.alloc(0)
    return bytes.latin1Slice(0, 32) === hash ? {data: bytes.subarray(33), runs: bytes[32] - 48, old: Date.now() - stat.mtimeMs > DAY} : undefined
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

process.on('exit', () => {
  if (growing.length === 0) return
  try {
    // Under sudo, HOME may be another person's, who could not write there afterwards.
    if (!process.env.XDG_CACHE_HOME && statSync(homedir()).uid !== process.getuid()) return
    mkdirSync(cache, {recursive: true, mode: 0o700})
    if (!isOurs(statSync(cache))) return
    // What an older version has left.
    if (growing.some(({isNew}) => isNew)) for (const name of readdirSync(cache)) if (!existsSync(join(dist, name))) rmSync(join(cache, name))
    for (const {name, head, script} of growing) {
      const draft = join(cache, `${name}.${process.pid}`)
      const fd = openSync(draft, 'wx', 0o600)
      writeSync(fd, Buffer.concat([Buffer.from(head), script.createCachedData()]))
      // Whole or not at all, also when the power fails: V8 does not look for holes.
      fsyncSync(fd)
      closeSync(fd)
      renameSync(draft, join(cache, name))
    }
  } catch {
    // No cache, then.
  }
})

load('pod-doctor.cjs').run()
