/** What callers put before the words of those whom they have called: kubelet, containerd 1.6 to 2.1, runc 1.0 to 1.3, Docker. */
const WRAPPINGS = new RegExp(`(?<![\\w-])(?:${[
  String.raw`rpc error: code = \w+ desc = `,
  'failed to create containerd (?:task|container): ', 'failed to create shim task: ', 'failed to exec in container: ', 'failed to start exec "[^"]*": ',
  'failed to generate container "[^"]*" spec: ', 'failed to generate spec: ',
  'OCI runtime (?:create|exec) failed: ', 'runc (?:create|exec) failed: ', 'exec failed: ', 'unable to start container process: ', 'error during container init: ',
  String.raw`container_linux\.go:\d+: starting container process caused: `,
].join('|')})`, 'g')

/** A message of the kubelet or the container runtime without wrappings, generated ids, paths of the node that hold ids, and line breaks. */
export const plainWords = (message: string): string => message
  .replaceAll(WRAPPINGS, '')
  // kuberuntime's runAsNonRoot check and lifecycle hooks name the pod with its uid.
  .replace(/ \(pod: "[^"]*", container: [^)]*\)$/, '')
  .replace(/ in Pod "[^"]*\([0-9a-f-]{36}\)"/, '')
  // What a hook printed stands in the message twice.
  .replace(/\n?, message: ".*"$/s, '')
  .replace(/\s*Mounting command: .*?Output: /s, ': ')
  .replace(/\s*dmesg\(1\) may have more information .*$/s, '')
  .replaceAll(/\/[^\s":]*\/pods\/[0-9a-f-]{36}\/(?:volumes|volume-subpaths)\/(?:kubernetes\.io~)?/g, '')
  .replaceAll(/ \(via \/proc\/self\/fd\/\d+\)|, flags: 0x[0-9a-f]+/g, '')
  .replace(/: unknown$/, '')
  .replaceAll(/\s+/g, ' ').trim()
