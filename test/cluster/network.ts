/** The lab's addresses. They are from the ranges for documentation and benchmarks, and live in the lab's own network anyway. */
export const NODE = '192.0.2.1'
export const PODS = '198.18.0.0/16'
export const SERVICES = '198.19.0.0/24'
export const API_SERVICE = '198.19.0.1'
export const DNS_SERVICE = '198.19.0.10'
/** Drops every packet: connections to it time out. */
export const DARK = '192.0.2.250'

/** Names of registries that resolve to ours. `registry.internal.example` is the one whose certificate the node does not trust. */
export const REGISTRIES = ['registry-1.docker.io', 'auth.docker.io', 'ghcr.io', 'quay.io', 'registry.shop.example', 'plain.shop.example', 'registry.internal.example']
/** Names of registries, as images spell them, whose authority the node trusts. */
export const TRUSTED = ['docker.io', 'ghcr.io', 'quay.io', 'registry.shop.example']

/** Shell commands that make the network: a veth pair holds the node's address, since not every kernel has dummy devices. */
export const interfaces = `
ip link set lo up
ip link add node0 type veth peer name node0p
ip addr add ${NODE}/24 dev node0
ip link set node0 up
ip link set node0p up
ip route add default dev node0
ip addr add ${DARK}/32 dev lo
iptables -A INPUT -d ${DARK} -j DROP
`

/** What the node's and (through the Service kube-dns) the pods' resolver knows. */
export const corefile = (kubeconfig: string): string => `
cluster.local:53 in-addr.arpa:53 {
  bind ${NODE}
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${kubeconfig}
    pods insecure
    ttl 5
  }
}
${[...REGISTRIES, 'registry.dark.example'].map(name => `${name}:53`).join(' ')} {
  bind ${NODE}
  hosts {
    ${NODE} ${REGISTRIES.join(' ')}
    ${DARK} registry.dark.example
  }
}
# SERVFAIL: containerd says "server misbehaving".
broken.example:53 {
  bind ${NODE}
  template ANY ANY . {
    rcode SERVFAIL
  }
}
# Nothing else exists. A block of its own: "hosts" without a plugin after it answers SERVFAIL for names that it does not know.
.:53 {
  bind ${NODE}
  errors
  template ANY ANY . {
    rcode NXDOMAIN
  }
}
`

/** Cluster DNS, as an add-on would make it; CoreDNS is a process of the lab, as if in a pod with the node's network. "DNS is down" is an empty slice. */
export const dnsService = [
  {
    apiVersion: 'v1', kind: 'Service', metadata: {name: 'kube-dns', namespace: 'kube-system', labels: {'k8s-app': 'kube-dns'}},
    spec: {clusterIP: DNS_SERVICE, ports: [{name: 'dns', port: 53, protocol: 'UDP'}, {name: 'dns-tcp', port: 53, protocol: 'TCP'}]},
  },
  {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: {name: 'kube-dns-1', namespace: 'kube-system', labels: {'kubernetes.io/service-name': 'kube-dns'}},
    addressType: 'IPv4', ports: [{name: 'dns', port: 53, protocol: 'UDP'}, {name: 'dns-tcp', port: 53, protocol: 'TCP'}],
    endpoints: [{addresses: [NODE], conditions: {ready: true}, nodeName: 'node-1'}],
  },
]
