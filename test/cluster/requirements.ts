import {existsSync} from 'node:fs'
import {delimiter, join} from 'node:path'

/** What the lab needs from Debian, and a file that tells that the package is there: a program on PATH, or a path. */
const PACKAGES: Record<string, string> = {
  'containerd': 'containerd', 'runc': 'runc', 'containernetworking-plugins': '/usr/lib/cni/bridge', 'etcd-server': 'etcd', 'busybox-static': '/bin/busybox',
  'iptables': 'iptables', 'conntrack': 'conntrack', 'ipset': 'ipset', 'socat': 'socat', 'iproute2': 'ip', 'openssl': 'openssl', 'util-linux': 'nsenter',
}

/** The lab cannot run on this machine; scripts end with exit code 3 then. */
export class Unfit extends Error {}

/** The places where Debian puts programs for root, which the PATH of some shells lacks. */
export const systemPath = [...new Set([...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'])].join(delimiter)

export const isProgram = (name: string): boolean => systemPath.split(delimiter).some(folder => existsSync(join(folder, name)))

/** Throws {@link Unfit} with the one line that installs what is missing. */
export function requireHost(): void {
  if (process.platform !== 'linux') throw new Unfit('the lab needs Linux')
  if (process.getuid?.() !== 0) throw new Unfit('the lab needs root: it makes namespaces, cgroups and mounts')
  const missing = Object.entries(PACKAGES).filter(([, file]) => !(file.startsWith('/') ? existsSync(file) : isProgram(file))).map(([name]) => name)
  if (missing.length > 0) throw new Unfit(`the lab misses Debian packages: ${missing.join(', ')}\n  apt-get install -y --no-install-recommends ${missing.join(' ')}`)
}
