import type {ContainerView, Patient} from './patient.js'

/** What runtimes give a container of root that asks for nothing: containerd, CRI-O (which leaves out MKNOD, NET_RAW, SYS_CHROOT, AUDIT_WRITE), Docker. */
const GIVEN = ['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT']

/** What a program was doing when it was told "Operation not permitted", and the capability for that. The names stand in the line as commands, system calls or their words. */
const NEEDS: [RegExp, string][] = [
  [/\bl?f?chown(?:at)?\b|change (?:the )?owner/i, 'CHOWN'],
  [/\bsetgroups\b|\bsetr?e?s?gid\b|\binitgroups\b|switch(?:ing)? (?:to )?group/i, 'SETGID'],
  [/\bsetr?e?s?uid\b|\bsu-exec\b|\bgosu\b|\bsetpriv\b|^su: |switch(?:ing)? (?:to )?user/i, 'SETUID'],
  [/\bping\b|raw socket|SOCK_RAW|\bicmp\b/i, 'NET_RAW'],
  [/\b(?:ip6?tables|nft|nftables|RTNETLINK|ip link|ip route|ifconfig|SIOC\w+|wg|tc|brctl|ioctl\(TUN\w+\)|tun)\b/i, 'NET_ADMIN'],
  [/\bmknod\b/i, 'MKNOD'],
  [/\bchroot\b/i, 'SYS_CHROOT'],
  [/\b(?:u?mount|unshare|setns|sethostname|hostname|pivot_root)\b/i, 'SYS_ADMIN'],
  [/\b(?:date|settimeofday|clock_settime|hwclock|adjtimex|ntpd|chronyd)\b/i, 'SYS_TIME'],
  [/\bptrace\b|\bstrace\b|\bgdb\b/i, 'SYS_PTRACE'],
  [/\b(?:setpriority|renice|nice|sched_setscheduler|chrt|ionice)\b/i, 'SYS_NICE'],
  [/\bmlock(?:all)?\b/i, 'IPC_LOCK'],
  [/\b(?:insmod|modprobe)\b/i, 'SYS_MODULE'],
  [/\bsysctl\b/i, 'SYS_ADMIN'],
  [/\bf?chmod(?:at)?\b|\butimes?\b/i, 'FOWNER'],
  [/\bkill\b/i, 'KILL'],
]

/** The capability that an operation of a log line needs; undefined where the line does not tell. */
export const neededFor = (line: string): string | undefined => /operation not permitted|\bEPERM\b/i.test(line) ? NEEDS.find(([pattern]) => pattern.test(line))?.[1] : undefined

export interface Lack {
  capability: string
  /** `dropped`: the container itself gives it away; `not added`: containers do not have it unless they ask. */
  how: 'dropped' | 'not added'
  /** For evidence. */
  path: string | undefined
}

const bare = (name: string) => name.toUpperCase().replace(/^CAP_/, '')

/** Whether the container lacks the capability. Undefined for one that runs as a user who is not root: it has none, whatever is added. */
export function lackOf({pod}: Patient, {spec, specPath}: ContainerView, capability: string): Lack | undefined {
  const {privileged, capabilities = {}, runAsUser = pod.spec?.securityContext?.runAsUser} = spec.securityContext ?? {}
  const added = (capabilities.add ?? []).map(bare)
  if (privileged || (runAsUser !== undefined && runAsUser !== 0) || added.includes(capability) || added.includes('ALL')) return undefined
  const dropped = (capabilities.drop ?? []).map(bare)
  if (GIVEN.includes(capability)) return dropped.includes(capability) || dropped.includes('ALL') ? {capability, how: 'dropped', path: `${specPath}.securityContext.capabilities.drop`} : undefined
  return {capability, how: 'not added', path: capabilities.add === undefined && capabilities.drop === undefined ? undefined : `${specPath}.securityContext.capabilities`}
}

/** The capabilities that the container drops of those that it would have had. */
export const droppedBy = ({spec}: ContainerView): string[] => {
  const dropped = (spec.securityContext?.capabilities?.drop ?? []).map(bare)
  const added = (spec.securityContext?.capabilities?.add ?? []).map(bare)
  return (dropped.includes('ALL') ? GIVEN : GIVEN.filter(name => dropped.includes(name))).filter(name => !added.includes(name))
}
