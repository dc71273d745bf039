import {chmodSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {stringify} from 'yaml'
import type {Certificates} from './certificates.js'
import {NODE, SERVICES} from './network.js'

export type User = 'admin' | 'viewer'

/** Writes the kubeconfigs: `kubeconfig` with both users as contexts and admin's chosen, and one with viewer's chosen. Viewer has no rights until a test grants some. */
export function writeKubeconfigs(folder: string, {authorityBase64}: Certificates): Record<User, string> {
  const users: User[] = ['admin', 'viewer']
  const files = {admin: join(folder, 'kubeconfig'), viewer: join(folder, 'viewer.kubeconfig')}
  writeFileSync(join(folder, 'tokens.csv'), 'admin-token,admin,admin,"system:masters"\nviewer-token,viewer,viewer,\n')
  for (const user of users) {
    writeFileSync(files[user], stringify({
      apiVersion: 'v1', kind: 'Config',
      clusters: [{name: 'lab', cluster: {server: 'https://127.0.0.1:6443', 'certificate-authority-data': authorityBase64}}],
      users: users.map(name => ({name, user: {token: `${name}-token`}})),
      contexts: users.map(name => ({name, context: {cluster: 'lab', user: name}})),
      'current-context': user,
    }))
    chmodSync(files[user], 0o600)
  }
  return files
}

const flags = (values: Record<string, string | number | boolean>): string[] => Object.entries(values).map(([name, value]) => `--${name}=${value}`)

/** etcd without fsync: its data dies with the lab. */
export const etcd = (folder: string): string[] => ['etcd', '--unsafe-no-fsync', ...flags({
  'data-dir': join(folder, 'etcd'), 'listen-client-urls': 'http://127.0.0.1:2379', 'advertise-client-urls': 'http://127.0.0.1:2379', 'listen-peer-urls': 'http://127.0.0.1:2380',
})]

/** Bound to all addresses: with 127.0.0.1 alone the Service `kubernetes`, whose endpoint is the node's address, would refuse the pods. */
export const apiServer = (bin: string, folder: string, {certificate, key, tokenKey}: Certificates): string[] => [join(bin, 'kube-apiserver'), ...flags({
  'etcd-servers': 'http://127.0.0.1:2379',
  'bind-address': '0.0.0.0', 'advertise-address': NODE, 'secure-port': 6443,
  'tls-cert-file': certificate, 'tls-private-key-file': key, 'cert-dir': folder,
  'token-auth-file': join(folder, 'tokens.csv'), 'authorization-mode': 'RBAC', 'allow-privileged': true,
  'service-cluster-ip-range': SERVICES, 'kubelet-preferred-address-types': 'InternalIP',
  'service-account-issuer': 'https://kubernetes.default.svc', 'service-account-signing-key-file': tokenKey, 'service-account-key-file': tokenKey,
})]

/**
 * The grace period of a day lets Node objects without a kubelet stay Ready: a test of the scheduler can have as many nodes
 * as it likes. The sync period (of 15 s otherwise) is how long a claim waits for a volume that is there.
 */
export const controllerManager = (bin: string, kubeconfig: string, {authority, tokenKey}: Certificates, more: string[] = []): string[] => [join(bin, 'kube-controller-manager'), ...flags({
  'kubeconfig': kubeconfig, 'service-account-private-key-file': tokenKey, 'root-ca-file': authority, 'use-service-account-credentials': true, 'leader-elect': false, 'bind-address': '127.0.0.1',
  'node-monitor-grace-period': '24h', 'pvclaimbinder-sync-period': '1s', 'flex-volume-plugin-dir': '/var/lib/kubelet/volume-plugins', 'kube-api-qps': 100, 'kube-api-burst': 200,
}), ...more]

export const scheduler = (bin: string, kubeconfig: string): string[] => [join(bin, 'kube-scheduler'), ...flags({'kubeconfig': kubeconfig, 'leader-elect': false, 'bind-address': '127.0.0.1'})]

export const kubelet = (bin: string, kubeconfig: string): string[] => [join(bin, 'kubelet'), ...flags({
  'kubeconfig': kubeconfig, 'config': '/etc/kubernetes/kubelet.yaml', 'hostname-override': 'node-1', 'node-ip': NODE,
})]
