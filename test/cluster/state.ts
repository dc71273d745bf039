import {mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {cacheHome} from './build.js'
import {removeCgroups} from './cgroups.js'
import {end, identify, isAlive, type ProcessId} from './processes.js'

/** The folder of all labs of this user; one folder each. */
const labsFolder = (): string => join(cacheHome(), 'labs')

/** Who started a lab, and the processes that hold its namespaces: what a later run needs to know to clean up after a dead one. */
interface Owner {owner: ProcessId, processes: ProcessId[]}

/** Makes the folder of a new lab and writes down who owns it. Throws when there is one of that name. */
export function claim(name: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,29}$/.test(name)) throw new Error(`a lab's name has up to 30 small letters, digits and dashes: ${name}`)
  const folder = join(labsFolder(), name)
  // A Unix socket's path has at most 107 characters; containerd's is the longest that is used from outside.
  if (folder.length > 70) throw new Error(`the path ${folder} is too long for the sockets below it; set XDG_CACHE_HOME to a shorter one`)
  if (/^\/(?:run|etc|var\/(?:lib|log))\//.test(folder)) throw new Error(`a lab cannot live in ${folder}: it puts its own folders over /run, /etc, /var/lib and /var/log; set XDG_CACHE_HOME`)
  mkdirSync(labsFolder(), {recursive: true})
  try {
    mkdirSync(folder)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? new Error(`there is a lab of the name ${name}`) : error
  }
  record(folder, [])
  return folder
}

export const record = (folder: string, processes: ProcessId[]): void =>
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({owner: identify(process.pid), processes} satisfies Owner))

/** Takes down the labs whose owner is gone. Those of a live owner are never touched. */
export async function sweep(): Promise<string[]> {
  const swept: string[] = []
  for (const name of readdirOrNone(labsFolder())) {
    const folder = join(labsFolder(), name)
    const state = read(folder)
    if (state === 'fresh' || (state !== 'broken' && isAlive(state.owner))) continue
    await dismantle(name, folder, state === 'broken' ? [] : state.processes)
    swept.push(name)
  }
  return swept
}

/** Ends what is left of a lab and removes its traces: cgroups and the folder. All else ended with its process 1. */
export async function dismantle(name: string, folder: string, processes: ProcessId[]): Promise<void> {
  await Promise.all(processes.map(id => end(id)))
  await removeCgroups(name)
  rmSync(folder, {recursive: true, force: true, maxRetries: 20, retryDelay: 100})
}

function read(folder: string): Owner | 'fresh' | 'broken' {
  try {
    return JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as Owner
  } catch {
    // Between the folder and its owner's name lies a moment.
    return Date.now() - (statSync(folder, {throwIfNoEntry: false})?.ctimeMs ?? 0) < 10_000 ? 'fresh' : 'broken'
  }
}

function readdirOrNone(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
