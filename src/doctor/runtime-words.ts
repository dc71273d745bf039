/**
 * A message of the kubelet or the container runtime without what is wrapped around its last words: the chain of callers
 * (containerd 1.6 to 2.1, runc 1.0 to 1.3, CRI-O), generated ids, paths of the node that hold ids, line breaks.
 */
export const plainWords = (message: string): string => message
  .replace(/^rpc error: code = \w+ desc = /, '')
  .replace(/^.*?OCI runtime (?:create|exec) failed: /s, '')
  .replace(/^(?:runc (?:create|exec) failed: |exec failed: )*(?:unable to start container process: )?(?:error during container init: )?/, '')
  .replace(/^failed to generate container "[^"]*" spec: (?:failed to generate spec: )?/, '')
  .replace(/^failed to create containerd container: /, '')
  // kuberuntime's runAsNonRoot check and lifecycle hooks name the pod with its uid.
  .replace(/ \(pod: "[^"]*", container: [^)]*\)$/, '')
  .replace(/ in Pod "[^"]*\([0-9a-f-]{36}\)"/, '')
  // What the hook printed stands in the message twice.
  .replace(/\n?, message: ".*"$/s, '')
  .replace(/Mounting command: .*?Output: /s, '')
  .replaceAll(/\/[^\s":]*\/pods\/[0-9a-f-]{36}\/(?:volumes|volume-subpaths)\/(?:kubernetes\.io~)?/g, '')
  .replaceAll(/ \(via \/proc\/self\/fd\/\d+\)|, flags: 0x[0-9a-f]+/g, '')
  .replace(/: unknown$/, '')
  .replaceAll(/\s+/g, ' ').trim()
