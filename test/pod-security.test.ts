import assert from 'node:assert/strict'
import type {PodSpec} from '../src/kube/types.js'
import {patchOf, violations} from '../src/doctor/pod-security.js'
import {blamed, demands, forbiddenIn} from '../src/doctor/pod-security-words.js'

const sound = {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}}
const restricted = {securityContext: {runAsNonRoot: true, seccompProfile: {type: 'RuntimeDefault'}}, containers: [{name: 'web', securityContext: sound}]}
const withContainer = (securityContext: object) => ({...restricted, containers: [{name: 'web', securityContext: {...sound, ...securityContext}}]})
const withPod = (more: object) => ({...restricted, ...more})

/** [what, spec, forbidden by baseline, forbidden by restricted] */
const table: [string, object, string[], string[]][] = [
  ['nothing set', {containers: [{name: 'web'}]}, [], ['allowPrivilegeEscalation != false', 'unrestricted capabilities', 'runAsNonRoot != true', 'seccompProfile']],
  ['all that restricted asks for', restricted, [], []],
  ['the same, container by container', {containers: [{name: 'web', securityContext: {...sound, runAsNonRoot: true, seccompProfile: {type: 'Localhost', localhostProfile: 'web.json'}}}]}, [], []],
  ['an init container without it', withPod({initContainers: [{name: 'own'}]}), [], ['allowPrivilegeEscalation != false', 'unrestricted capabilities']],
  ['Windows', withPod({os: {name: 'windows'}, securityContext: {runAsNonRoot: true}, containers: [{name: 'web'}]}), [], []],
  ['privileged', withContainer({privileged: true}), ['privileged'], ['privileged']],
  ['a default capability', withContainer({capabilities: {drop: ['ALL'], add: ['CHOWN']}}), [], ['unrestricted capabilities']],
  ['a strong capability', withContainer({capabilities: {drop: ['ALL'], add: ['NET_BIND_SERVICE', 'SYS_ADMIN']}}), ['non-default capabilities'], ['unrestricted capabilities']],
  ['the capability of low ports', withContainer({capabilities: {drop: ['ALL'], add: ['NET_BIND_SERVICE']}}), [], []],
  ['root by number', withContainer({runAsUser: 0}), [], ['runAsUser=0']],
  ['root allowed by a container', withContainer({runAsNonRoot: false}), [], ['runAsNonRoot != true']],
  ['root allowed by the pod', withPod({securityContext: {runAsNonRoot: false, runAsUser: 0, seccompProfile: {type: 'RuntimeDefault'}}}), [], ['runAsUser=0', 'runAsNonRoot != true', 'runAsNonRoot != true']],
  ['no seccomp', withContainer({seccompProfile: {type: 'Unconfined'}}), ['seccompProfile'], ['seccompProfile']],
  ['another /proc', withContainer({procMount: 'Unmasked'}), ['procMount'], ['procMount']],
  ['no AppArmor', withContainer({appArmorProfile: {type: 'Unconfined'}}), ['forbidden AppArmor profile'], ['forbidden AppArmor profile']],
  ['an SELinux user', withContainer({seLinuxOptions: {user: 'root'}}), ['seLinuxOptions'], ['seLinuxOptions']],
  ['the node\'s namespaces', withPod({hostNetwork: true, hostPID: true, hostIPC: true}), ['host namespaces', 'host namespaces', 'host namespaces'], ['host namespaces', 'host namespaces', 'host namespaces']],
  ['a port of the node', withPod({containers: [{name: 'web', securityContext: sound, ports: [{containerPort: 80}, {containerPort: 81, hostPort: 8081}]}]}), ['hostPort'], ['hostPort']],
  ['a folder of the node', withPod({volumes: [{name: 'logs', hostPath: {path: '/var/log'}}]}), ['hostPath volumes'], ['restricted volume types']],
  ['NFS', withPod({volumes: [{name: 'share', nfs: {server: 'nfs', path: '/'}}, {name: 'tmp', emptyDir: {}}]}), [], ['restricted volume types']],
  ['sysctls', withPod({securityContext: {...restricted.securityContext, sysctls: [{name: 'net.ipv4.ip_unprivileged_port_start', value: '0'}, {name: 'kernel.msgmax', value: '1'}]}}), ['forbidden sysctls'], ['forbidden sysctls']],
  ['a probe of another host', withPod({containers: [{name: 'web', securityContext: sound, livenessProbe: {httpGet: {host: 'db', port: 80}}}]}), ['probe or lifecycle host'], ['probe or lifecycle host']],
  ['a template without containers', {}, [], []],
]

describe('pod security', () => {
  for (const [what, spec, ...expected] of table) {
    for (const [i, level] of (['baseline', 'restricted'] as const).entries()) {
      it(`${what}: ${level}`, () => {
        const found = violations(spec as PodSpec, level)
        assert.deepEqual(found.map(({control}) => control), expected[i])
        // What the patch changes is forbidden no more, and nothing else has become so.
        const rest = violations(patched(spec, found), level)
        assert.deepEqual(rest.map(({detail}) => detail), found.filter(({cure}) => !cure).map(({detail}) => detail))
      })
    }
  }

  it('names a user where the image may run as root, and leaves one that is named', () => {
    const patch = (spec: object) => JSON.parse(patchOf(violations(spec as PodSpec, 'restricted'), '/spec')) as {spec: {securityContext?: {runAsUser?: number}}}
    assert.equal(patch({containers: [{name: 'web', securityContext: sound}]}).spec.securityContext?.runAsUser, 1000)
    assert.equal(patch({securityContext: {runAsUser: 70}, containers: [{name: 'web', securityContext: sound}]}).spec.securityContext?.runAsUser, undefined)
    assert.equal(patch({containers: [{name: 'web', securityContext: {...sound, runAsUser: 70}}]}).spec.securityContext?.runAsUser, undefined)
  })

  const words: [string, string, string[]][] = [
    ['privileged (container "agent" must not set securityContext.privileged=true)', 'container "agent" must not set privileged=true', ['agent']],
    ['host namespaces (hostNetwork=true, hostPID=true), hostPath volumes (volumes "logs", "run")',
      'they must not use host namespaces (hostNetwork=true, hostPID=true) or hostPath volumes (volumes "logs", "run")', []],
    ['unrestricted capabilities (containers "own", "db" must set securityContext.capabilities.drop=["ALL"]; container "db" must not include "NET_ADMIN" in securityContext.capabilities.add)',
      'container "own" must set capabilities.drop=["ALL"]; container "db" must set capabilities.drop=["ALL"] and must not include "NET_ADMIN" in capabilities.add', ['own', 'db']],
    ['runAsNonRoot != true (pod or containers "a", "b" must set securityContext.runAsNonRoot=true)', 'containers "a" and "b" must set runAsNonRoot=true', ['a', 'b']],
    ['runAsUser=0 (pod and container "a" must not set runAsUser=0)', 'the pod and "a" must not set runAsUser=0', ['a']],
    ['forbidden sysctls (kernel.msgmax)', 'they must not use sysctls (kernel.msgmax)', []],
    ['unknown forbidden reason', 'they must not use unknown forbidden reason', []],
  ]
  for (const [list, clause, names] of words) {
    it(clause, () => {
      assert.equal(demands(forbiddenIn(list)), clause)
      assert.deepEqual(blamed(forbiddenIn(list)), names)
    })
  }
})

type Json = Record<string, unknown>

/** A strategic merge patch as the API server applies it to these fields: lists of named items by name, other lists whole, null takes away. */
const patched = (spec: object, found: ReturnType<typeof violations>): PodSpec => merge(spec as Json, (JSON.parse(patchOf(found, '/spec')) as {spec: Json}).spec) as unknown as PodSpec

function merge(into: Json, from: Json): Json {
  const result = {...into}
  for (const [key, value] of Object.entries(from)) {
    const old = result[key]
    if (value === null) delete result[key]
    else if (Array.isArray(value) && Array.isArray(old) && /ontainers$/.test(key)) result[key] = (old as Json[]).map(item => merge(item, (value as Json[]).find(({name}) => name === item['name']) ?? {}))
    else if (typeof value === 'object' && !Array.isArray(value) && typeof old === 'object' && old !== null) result[key] = merge(old as Json, value as Json)
    else result[key] = value
  }
  return result
}
