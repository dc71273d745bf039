import type {Container, PodSpec} from '../kube/types.js'

export const levels = ['privileged', 'baseline', 'restricted'] as const
export type Level = (typeof levels)[number]

/** Whether a level forbids all that the other does. */
export const isAtLeast = (level: string, other: string): boolean => levels.findIndex(name => name === level) >= levels.findIndex(name => name === other)

/** One thing that a level of the Pod Security Standards forbids. */
export interface Violation {
  /** As the API server names it: `allowPrivilegeEscalation != false`. */
  control: string
  /** In its words: `container "web" must set securityContext.allowPrivilegeEscalation=false`. */
  detail: string
  /** Where the forbidden value stands in the pod's spec; undefined where something is missing there. */
  path?: string
  /** What a strategic merge patch of the pod's spec must hold to end it. Undefined where only the author can say what to do instead. */
  cure?: object
}

type Held = {container: Container, field: 'initContainers' | 'containers', at: string}
type Check = (spec: PodSpec, containers: Held[]) => (Violation | false | undefined)[]

/** pod-security-admission/policy/check_capabilities_baseline.go */
const DEFAULT_CAPABILITIES = new Set(['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID',
  'SETPCAP', 'SETUID', 'SYS_CHROOT'])
/** pod-security-admission/policy/check_sysctls.go, as of 1.32 */
const SAFE_SYSCTLS = /^(?:kernel\.shm_rmid_forced|net\.ipv4\.(?:ip_local_port_range|ip_local_reserved_ports|ip_unprivileged_port_start|ping_group_range|tcp_syncookies|tcp_keepalive_(?:time|intvl|probes)|tcp_fin_timeout|tcp_[rw]mem))$/
/** pod-security-admission/policy/check_restrictedVolumes.go */
const SAFE_VOLUMES = new Set(['name', 'configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'image', 'persistentVolumeClaim', 'projected', 'secret'])

const setting = ({container, field}: Held, securityContext: object) => ({[field]: [{name: container.name, securityContext}]})

function forbiddenCapabilities(containers: Held[], allowed: (name: string) => boolean, control: string): Violation[] {
  return containers.flatMap(held => {
    const added = held.container.securityContext?.capabilities?.add ?? []
    const bad = added.filter(name => !allowed(name))
    const kept = added.filter(allowed)
    return bad.length === 0 ? [] : [{
      control, detail: `container "${held.container.name}" must not include ${bad.map(name => `"${name}"`).join(', ')} in securityContext.capabilities.add`,
      path: `${held.at}.securityContext.capabilities.add`, cure: setting(held, {capabilities: {add: kept.length > 0 ? kept : null}}),
    }]
  })
}

function forbiddenSeccomp(spec: PodSpec, containers: Held[]): Violation[] {
  const bad = (type: string | undefined) => type !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost'
  const seccompProfile = {type: 'RuntimeDefault'}
  const words = (who: string, type: string) => ({control: 'seccompProfile', detail: `${who} must not set securityContext.seccompProfile.type to "${type}"`})
  const own = spec.securityContext?.seccompProfile?.type
  return [
    ...(own !== undefined && bad(own) ? [{...words('pod', own), path: 'securityContext.seccompProfile.type', cure: {securityContext: {seccompProfile}}}] : []),
    ...containers.flatMap(held => {
      const type = held.container.securityContext?.seccompProfile?.type
      return type !== undefined && bad(type)
        ? [{...words(`container "${held.container.name}"`, type), path: `${held.at}.securityContext.seccompProfile.type`, cure: setting(held, {seccompProfile})}] : []
    }),
  ]
}

/** Profiles of the kernel's other guards, which stand in the pod's securityContext or in a container's: check_seLinuxOptions.go, check_appArmorProfile.go. */
function forbiddenProfiles(spec: PodSpec, containers: Held[]): Violation[] {
  const holders = [{who: 'pod', at: 'securityContext', own: spec.securityContext, cure: (securityContext: object): object => ({securityContext})},
    ...containers.map(held => ({who: `container "${held.container.name}"`, at: `${held.at}.securityContext`, own: held.container.securityContext, cure: (securityContext: object): object => setting(held, securityContext)}))]
  return holders.flatMap(({who, at, own, cure}) => {
    const {type = '', user, role} = own?.seLinuxOptions ?? {}
    const profile = own?.appArmorProfile?.type
    return [
      ...(/^(?:container(?:_init|_kvm|_engine)?_t)?$/.test(type) && !user && !role ? [] : [{
        control: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${user ? 'user may not be set' : role ? 'role may not be set' : `type "${type}"`}`, path: `${at}.seLinuxOptions`,
      }]),
      ...(profile === undefined || profile === 'RuntimeDefault' || profile === 'Localhost' ? [] : [{
        control: 'forbidden AppArmor profile', detail: `${who} must not set AppArmor profile type to "${profile}"`,
        path: `${at}.appArmorProfile.type`, cure: cure({appArmorProfile: {type: 'RuntimeDefault'}}),
      }]),
    ]
  })
}

/** check_hostProbesAndhostLifecycle.go, since 1.34: a probe or hook may not be sent to another host than the pod. */
const forbiddenHosts = (containers: Held[]): Violation[] => containers.flatMap(({container, at}) =>
  [['livenessProbe', container.livenessProbe] as const, ['readinessProbe', container.readinessProbe] as const, ['startupProbe', container.startupProbe] as const,
    ['lifecycle.postStart', container.lifecycle?.postStart] as const, ['lifecycle.preStop', container.lifecycle?.preStop] as const]
    .flatMap(([name, handler]) => (['httpGet', 'tcpSocket'] as const).flatMap(action => handler?.[action]?.host
      ? [{control: 'probe or lifecycle host', detail: `container "${container.name}" uses probe or lifecycle host "${handler[action].host}"`, path: `${at}.${name}.${action}.host`}] : [])))

/** Checks of `baseline` that `restricted` does not replace with stricter ones. */
const both: Check = (spec, containers) => [
  ...(['hostNetwork', 'hostPID', 'hostIPC'] as const).map(path => spec[path] && {control: 'host namespaces', detail: `${path}=true`, path}),
  ...containers.flatMap(({container: {name, ports = []}, at}) => ports.map(({hostPort}, i) =>
    hostPort ? {control: 'hostPort', detail: `container "${name}" uses hostPort ${hostPort}`, path: `${at}.ports[${i}].hostPort`} : undefined)),
  ...containers.flatMap(held => {
    const {container: {name, securityContext}, at} = held
    return [
      securityContext?.privileged && {
        control: 'privileged', detail: `container "${name}" must not set securityContext.privileged=true`,
        path: `${at}.securityContext.privileged`, cure: setting(held, {privileged: false}),
      },
      securityContext?.procMount !== undefined && securityContext.procMount !== 'Default' && {
        control: 'procMount', detail: `container "${name}" must not set securityContext.procMount to "${securityContext.procMount}"`,
        path: `${at}.securityContext.procMount`, cure: setting(held, {procMount: null}),
      },
    ]
  }),
  ...(spec.securityContext?.sysctls ?? []).map(({name}, i) =>
    !SAFE_SYSCTLS.test(name) && {control: 'forbidden sysctls', detail: name, path: `securityContext.sysctls[${i}].name`}),
  ...forbiddenProfiles(spec, containers),
  ...forbiddenHosts(containers),
]

const baseline: Check = (spec, containers) => [
  ...both(spec, containers),
  ...(spec.volumes ?? []).map(({name, hostPath}, i) => hostPath && {control: 'hostPath volumes', detail: `volume "${name}"`, path: `volumes[${i}].hostPath.path`}),
  ...forbiddenCapabilities(containers, name => DEFAULT_CAPABILITIES.has(name), 'non-default capabilities'),
  ...forbiddenSeccomp(spec, containers),
]

const restricted: Check = (spec, containers) => [
  ...both(spec, containers),
  ...(spec.volumes ?? []).map((volume, i) => {
    const type = Object.keys(volume).find(key => !SAFE_VOLUMES.has(key))
    return type !== undefined && {
      control: 'restricted volume types', detail: `volume "${volume.name}" uses restricted volume type "${type}"`, path: `volumes[${i}].${type}`,
    }
  }),
  // Windows has neither of these fields.
  ...(spec.os?.name === 'windows' ? [] : [
    ...containers.map(held => held.container.securityContext?.allowPrivilegeEscalation !== false && {
      control: 'allowPrivilegeEscalation != false', detail: `container "${held.container.name}" must set securityContext.allowPrivilegeEscalation=false`,
      cure: setting(held, {allowPrivilegeEscalation: false}),
    }),
    ...containers.map(held => !held.container.securityContext?.capabilities?.drop?.includes('ALL') && {
      control: 'unrestricted capabilities', detail: `container "${held.container.name}" must set securityContext.capabilities.drop=["ALL"]`,
      cure: setting(held, {capabilities: {drop: ['ALL']}}),
    }),
    ...forbiddenCapabilities(containers, name => name === 'NET_BIND_SERVICE', 'unrestricted capabilities'),
  ]),
  ...asRoot(spec, containers),
  ...(spec.os?.name === 'windows' ? [] : [
    ...forbiddenSeccomp(spec, containers),
    ...(spec.securityContext?.seccompProfile ? [] : containers.map(({container: {name, securityContext}}) => !securityContext?.seccompProfile && {
      control: 'seccompProfile', detail: `container "${name}" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"`,
      cure: {securityContext: {seccompProfile: {type: 'RuntimeDefault'}}},
    })),
  ]),
]

/** Root is forbidden by two controls; what ends the one must not run into the other, nor into the kubelet's own check. */
function asRoot(spec: PodSpec, containers: Held[]): Violation[] {
  const own = spec.securityContext
  const control = 'runAsNonRoot != true'
  const named = ({container}: Held) => container.securityContext?.runAsUser
  // An image that runs as root passes the API server, and the kubelet then refuses it: a user has to be named, too.
  const user = own?.runAsUser === undefined && containers.some(held => named(held) === undefined) ? {runAsUser: 1000} : {}
  const asUser = containers.filter(held => named(held) === 0).map(held => ({
    control: 'runAsUser=0', detail: `container "${held.container.name}" must not set runAsUser=0`,
    path: `${held.at}.securityContext.runAsUser`, cure: setting(held, {runAsUser: 1000}),
  }))
  const explicit = containers.filter(({container}) => container.securityContext?.runAsNonRoot === false).map(held => ({
    control, detail: `container "${held.container.name}" must not set securityContext.runAsNonRoot=false`,
    path: `${held.at}.securityContext.runAsNonRoot`, cure: setting(held, {runAsNonRoot: true}),
  }))
  const implicit = own?.runAsNonRoot === true ? [] : containers.filter(({container}) => container.securityContext?.runAsNonRoot === undefined).map(({container}) => ({
    control, detail: `container "${container.name}" must set securityContext.runAsNonRoot=true`, cure: {securityContext: {runAsNonRoot: true, ...user}},
  }))
  return [
    ...(own?.runAsUser === 0 ? [{control: 'runAsUser=0', detail: 'pod must not set runAsUser=0', path: 'securityContext.runAsUser', cure: {securityContext: {runAsUser: 1000}}}] : []),
    ...(own?.runAsNonRoot === false
      ? [{control, detail: 'pod must not set securityContext.runAsNonRoot=false', path: 'securityContext.runAsNonRoot', cure: {securityContext: {runAsNonRoot: true, ...user}}}] : []),
    ...explicit, ...implicit, ...asUser,
  ]
}

/** What the level forbids in this spec, by the checks of pod-security-admission 0.34. Annotations are not looked at. */
export function violations(spec: PodSpec, level: Level): Violation[] {
  const containers = (['initContainers', 'containers'] as const).flatMap(field => (spec[field] ?? []).map((container, i): Held => ({container, field, at: `${field}[${i}]`})))
  const found = level === 'restricted' ? restricted(spec, containers) : level === 'baseline' ? baseline(spec, containers) : []
  return found.filter((violation): violation is Violation => Boolean(violation))
}

/** All cures as one strategic merge patch of an object whose pod spec stands at the JSON pointer. */
export function patchOf(found: Violation[], pointer: string): string {
  const cure = found.reduce<Record<string, unknown>>((sum, {cure}) => merge(sum, (cure ?? {}) as Record<string, unknown>), {})
  return JSON.stringify(pointer.split('/').slice(1).reduceRight<object>((inner, key) => ({[key]: inner}), cure))
}

function merge(into: Record<string, unknown>, from: Record<string, unknown>): Record<string, unknown> {
  const result = {...into}
  for (const [key, value] of Object.entries(from)) {
    const old = result[key]
    if (key === 'containers' || key === 'initContainers') result[key] = mergeByName((old ?? []) as {name: string}[], value as {name: string}[])
    else if (isObject(old) && isObject(value)) result[key] = merge(old, value)
    else result[key] = value
  }
  return result
}

const mergeByName = (into: {name: string}[], from: {name: string}[]) => from.reduce((list, item) =>
  list.some(({name}) => name === item.name) ? list.map(old => old.name === item.name ? merge(old, item) as {name: string} : old) : [...list, item], into)

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
