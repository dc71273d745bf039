import {boolean, string} from '@oclif/core/flags'

const helpGroup = 'kubectl'
const text = (description: string) => string({description, helpGroup})
const list = (description: string) => string({description, helpGroup, multiple: true, multipleNonGreedy: true})
const yes = (description: string) => boolean({description, helpGroup})

/** How a person says which cluster, and as whom: kubectl's flags, with its letters and words (`kubectl options`). */
export const kubeFlags = {
  'namespace': string({char: 'n', description: 'If present, the namespace scope for this CLI request', helpGroup}),
  'context': text('The name of the kubeconfig context to use'),
  'cluster': text('The name of the kubeconfig cluster to use'),
  'user': text('The name of the kubeconfig user to use'),
  'kubeconfig': text('Path to the kubeconfig file to use for CLI requests.'),
  'server': string({char: 's', description: 'The address and port of the Kubernetes API server', helpGroup}),
  'token': text('Bearer token for authentication to the API server'),
  'username': text('Username for basic authentication to the API server'),
  'password': text('Password for basic authentication to the API server'),
  'as': text('Username to impersonate for the operation. User could be a regular user or a service account in a namespace.'),
  'as-group': list('Group to impersonate for the operation, this flag can be repeated to specify multiple groups.'),
  'as-uid': text('UID to impersonate for the operation.'),
  'as-user-extra': list('User extras to impersonate for the operation, this flag can be repeated to specify multiple values for the same key.'),
  'request-timeout': text('The length of time to wait before giving up on a single server request. Non-zero values should contain a corresponding time unit (e.g. 1s, 2m, 3h). A value of zero means don\'t timeout requests.'),
  'certificate-authority': text('Path to a cert file for the certificate authority'),
  'client-certificate': text('Path to a client certificate file for TLS'),
  'client-key': text('Path to a client key file for TLS'),
  'insecure-skip-tls-verify': yes('If true, the server\'s certificate will not be checked for validity. This will make your HTTPS connections insecure'),
  'tls-server-name': text('Server name to use for server certificate validation. If it is not provided, the hostname used to contact the server is used'),
  'disable-compression': yes('If true, opt-out of response compression for all requests to the server'),
}

export type {KubeFlags} from '../kube/client.js'
