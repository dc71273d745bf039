import {copyFileSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {stringify} from 'yaml'
import type {Certificates} from './certificates.js'
import {cgroupOf} from './cgroups.js'
import {DNS_SERVICE, NODE, PODS, TRUSTED} from './network.js'

/**
 * The machine that a lab's node is: it has /run, /var/lib, /var/log of its own, and changes to /etc are its own. So the
 * runtime and the kubelet live at their usual paths, their messages read as on a real node, and nothing of it reaches this
 * machine. The folders stand below the lab's.
 */
const OWN = ['/run', '/var/lib', '/var/log']

/** Shell commands, to be run in the lab's namespaces. */
export const mounts = (folder: string): string => [
  ...OWN.map(path => `mount --bind ${folder}${path} ${path}`),
  `mount -t overlay overlay -o lowerdir=/etc,upperdir=${folder}/etc,workdir=${folder}/etc-work /etc`,
].join('\n')

/** Writes the machine's configuration; must be done before {@link mounts}. */
export function configure(lab: string, folder: string, {authority}: Certificates): void {
  const write = (path: string, text: string) => {
    const file = join(folder, path)
    mkdirSync(join(file, '..'), {recursive: true})
    writeFileSync(file, text)
  }
  for (const path of [...OWN, '/etc', '/etc-work', '/var/lib/kubelet']) mkdirSync(join(folder, path), {recursive: true})
  write('etc/resolv.conf', `nameserver ${NODE}\n`)
  write('etc/cni/net.d/10-bridge.conflist', JSON.stringify(cni))
  write('etc/containerd/config.toml', CONTAINERD)
  write('etc/kubernetes/kubelet.yaml', stringify(kubelet(lab)))
  write('etc/kubernetes/kube-proxy.yaml', stringify(proxy(join(folder, 'kubeconfig'))))
  // A bare ca.crt and no hosts.toml: with one, containerd 1.6 asks `server` again after a 404, forgets the authority there, and every 404 turns into
  // `x509: certificate signed by unknown authority`.
  for (const host of TRUSTED) {
    mkdirSync(join(folder, 'etc/containerd/certs.d', host), {recursive: true})
    copyFileSync(authority, join(folder, 'etc/containerd/certs.d', host, 'ca.crt'))
  }
}

const cni = {
  cniVersion: '0.4.0', name: 'podkit',
  plugins: [
    {
      type: 'bridge', bridge: 'pk0', isGateway: true, ipMasq: false, hairpinMode: true,
      ipam: {type: 'host-local', ranges: [[{subnet: PODS}]], routes: [{dst: '0.0.0.0/0'}]},
    },
    {type: 'portmap', capabilities: {portMappings: true}},
  ],
}

/**
 * - restrict_oom_score_adj: where the machine has no CAP_SYS_RESOURCE, runc dies on the kubelet's negative scores without it.
 * - netns_mounts_under_state_dir: the network namespaces of pods then stand below /run/containerd, with all the rest.
 */
const CONTAINERD = `version = 2
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  sandbox_image = "registry.k8s.io/pause:3.10"
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "/etc/containerd/certs.d"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/etc/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = false
`

const kubelet = (lab: string) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration',
  authentication: {anonymous: {enabled: true}, webhook: {enabled: false}},
  authorization: {mode: 'AlwaysAllow'},
  cgroupDriver: 'cgroupfs',
  cgroupRoot: cgroupOf(lab),
  enforceNodeAllocatable: [],
  containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
  // Its default is below /usr.
  volumePluginDir: '/var/lib/kubelet/volume-plugins',
  failSwapOn: false,
  maxPods: 250,
  // This machine's disk is nobody's business here.
  evictionHard: {'memory.available': '50Mi'},
  imageGCHighThresholdPercent: 100,
  // By default one pull that hangs blocks every other pull of the node.
  serializeImagePulls: false,
  registryPullQPS: 0,
  clusterDNS: [DNS_SERVICE],
  clusterDomain: 'cluster.local',
})

const proxy = (kubeconfig: string) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', kind: 'KubeProxyConfiguration',
  clientConnection: {kubeconfig},
  mode: 'iptables',
  hostnameOverride: 'node-1',
  clusterCIDR: PODS,
  bindAddress: NODE,
  healthzBindAddress: '127.0.0.1:10256',
  metricsBindAddress: '127.0.0.1:10249',
  // Zero: do not touch. The settings of the kernel cannot be written here.
  conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s'},
  iptables: {minSyncPeriod: '200ms'},
})
