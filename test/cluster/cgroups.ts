import {existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {pause} from './processes.js'

const ROOT = '/sys/fs/cgroup'
/** Where version 2 stands beside version 1, without controllers; runc makes its cgroups there, too. */
const HYBRID = join(ROOT, 'unified')
const isUnified = (): boolean => existsSync(join(ROOT, 'cgroup.controllers'))

/** The cgroup below which everything of a lab's containers lives: one for each lab, so that two kubelets do not remove each other's pods. */
export const cgroupOf = (lab: string): string => `/podkit-${lab}`

/** Makes a lab's cgroup, in every hierarchy of version 1 or in the one of version 2: the kubelet wants it there. */
export function makeCgroups(lab: string): void {
  for (const folder of places(lab)) if (!folder.startsWith(HYBRID)) mkdirSync(folder, {recursive: true})
  if (isUnified()) {
    for (const controller of ['cpu', 'cpuset', 'io', 'memory', 'pids']) {
      try {
        writeFileSync(join(ROOT, 'cgroup.subtree_control'), `+${controller}`)
      } catch { /* the kubelet will say which controller it misses */ }
    }
    return
  }
  // A new cpuset of version 1 is empty, and nothing can run in it until it is told its processors.
  for (const file of ['cpuset.cpus', 'cpuset.mems']) writeFileSync(join(ROOT, 'cpuset', cgroupOf(lab), file), readFileSync(join(ROOT, 'cpuset', file)))
}

/** Removes a lab's cgroups, from the leaves up. The kernel needs a moment to let go of those whose processes have just ended. */
export async function removeCgroups(lab: string): Promise<void> {
  for (let i = 0; i < 50; i++) {
    for (const folder of places(lab)) removeTree(folder)
    if (!places(lab).some(existsSync)) return
    await pause(100)
  }
}

const places = (lab: string): string[] => isUnified() ? [join(ROOT, cgroupOf(lab))]
  : readdirSync(ROOT, {withFileTypes: true}).filter(entry => entry.isDirectory()).map(({name}) => join(ROOT, name, cgroupOf(lab)))

function removeTree(folder: string): void {
  try {
    for (const entry of readdirSync(folder, {withFileTypes: true})) if (entry.isDirectory()) removeTree(join(folder, entry.name))
    rmdirSync(folder)
  } catch { /* not there, or not yet free */ }
}
