import assert from 'node:assert/strict'
import {execFileSync, spawnSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {connect, type KubeFlags} from '../src/kube/client.js'
import {ClusterError} from '../src/kube/errors.js'
import {unreachable} from '../src/kube/refusal.js'
import {status} from './support/api-server.js'

const home = mkdtempSync(join(tmpdir(), 'podkit-'))
after(() => rmSync(home, {recursive: true}))
const file = (name: string, text: string) => {
  writeFileSync(join(home, name), text)
  return join(home, name)
}
const user = (name: string, value: object) => ({name, user: value})
const exec = (value: object) => ({exec: {apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never', ...value}})
const config = file('config', JSON.stringify({
  'apiVersion': 'v1', 'kind': 'Config', 'current-context': 'c',
  'clusters': [{name: 'c', cluster: {server: 'http://127.0.0.1:1'}}, {name: 'nowhere', cluster: {server: 'https://no-such-host.invalid:6443'}}],
  'contexts': [{name: 'c', context: {cluster: 'c', user: 'u'}}, {name: 'nowhere', context: {cluster: 'nowhere', user: 'token'}}],
  'users': [
    user('u', {}), user('token', {token: 't'}), user('gcp', {'auth-provider': {name: 'gcp'}}), user('azure', {'auth-provider': {name: 'azure'}}), user('odd', {'auth-provider': {name: 'odd'}}),
    user('no-plugin', exec({command: 'no-such-plugin'})), user('no-plugin-here', exec({command: './no-such-plugin'})), user('failing', exec({command: 'false'})),
    user('bad-version', exec({command: 'true', apiVersion: 'x/v1'})), user('no-mode', {exec: {apiVersion: 'client.authentication.k8s.io/v1', command: 'true'}}),
    user('no-cert', {'client-certificate': '/nope/cert', 'client-key-data': 'eA=='}), user('no-key', {'client-certificate-data': 'eA=='}), user('no-token', {tokenFile: '/nope/token'}),
  ],
}))
const broken = file('broken', '{ not: [yaml\n')
const prose = file('prose', 'hello\n')
const pod = file('pod', 'apiVersion: v1\nkind: Pod\n')

/** [what, flags, what kubectl 1.32 says; a pattern where its words depend on the machine or are more than ours]. */
const table: [what: string, flags: KubeFlags, words: string | RegExp][] = [
  ['a kubeconfig that is not there', {kubeconfig: '/nope'}, 'error: stat /nope: no such file or directory'],
  ['a kubeconfig that is not YAML', {kubeconfig: broken}, new RegExp(`^error: error loading config file "${broken}": yaml: line \\d+: `)],
  ['a kubeconfig of prose', {kubeconfig: prose}, new RegExp(`^error: error loading config file "${prose}": couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value`)],
  ['a kubeconfig that is a pod', {kubeconfig: pod}, new RegExp(`^error: error loading config file "${pod}": no kind "Pod" is registered for version "v1"`)],
  ['a folder', {kubeconfig: home}, `error: error loading config file "${home}": read ${home}: is a directory`],
  ['an unknown context', {context: 'x', namespace: 'n'}, 'error: context "x" does not exist'],
  ['an unknown cluster', {cluster: 'x'}, 'error: no server found for cluster "x"'],
  ['an unknown user', {user: 'x'}, 'error: auth info "x" does not exist'],
  ['a server that refuses', {}, 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?'],
  ['a server without a scheme', {server: '127.0.0.1:1'}, 'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?'],
  ['a server that is no host', {context: 'nowhere'}, /^Unable to connect to the server: dial tcp: lookup no-such-host\.invalid(?: on \S+)?: (?:no such host|Temporary failure in name resolution|server misbehaving|.*i\/o timeout)$/],
  ['a port that there is not', {server: 'http://127.0.0.1:99999'}, 'Unable to connect to the server: dial tcp: address 99999: invalid port'],
  ['a scheme of another kind', {server: 'ftp://127.0.0.1'}, 'Unable to connect to the server: unsupported protocol scheme "ftp"'],
  ['a timeout that is none', {'request-timeout': '5x'}, 'error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)'],
  ['a group without a user', {'as-group': ['g']}, 'error: requesting uid, groups or user-extra for u without impersonating a user'],
  ['a CA that is not there', {'certificate-authority': '/nope', 'server': 'https://127.0.0.1:1'}, 'error: unable to read certificate-authority /nope for c due to open /nope: no such file or directory'],
  ['a certificate that is not there', {user: 'no-cert'}, 'error: unable to read client-cert /nope/cert for no-cert due to open /nope/cert: no such file or directory'],
  ['a certificate without a key', {user: 'no-key'}, 'error: client-key-data or client-key must be specified for no-key to use the clientCert authentication method.'],
  ['a token file that is not there', {user: 'no-token', server: 'https://127.0.0.1:1'}, 'error: open /nope/token: no such file or directory'],
  ['gcp', {user: 'gcp', server: 'https://127.0.0.1:1'}, /^error: The gcp auth plugin has been removed\.\nPlease use the "gke-gcloud-auth-plugin"/],
  ['azure', {user: 'azure', server: 'https://127.0.0.1:1'}, /^error: The azure auth plugin has been removed\.\nPlease use the https:\/\/github\.com\/Azure\/kubelogin/],
  ['an unknown auth provider', {user: 'odd', server: 'https://127.0.0.1:1'}, 'error: no Auth Provider found for name "odd"'],
  ['a plugin of another version', {user: 'bad-version', server: 'https://127.0.0.1:1'}, 'error: exec plugin: invalid apiVersion "x/v1"'],
  ['a plugin without a mode', {user: 'no-mode', server: 'https://127.0.0.1:1'}, 'error: interactiveMode must be specified for no-mode to use exec authentication plugin'],
  ['a plugin that is not there', {user: 'no-plugin', server: 'https://127.0.0.1:1'}, /^Unable to connect to the server: getting credentials: exec: executable no-such-plugin not found\n\nIt looks like you are trying to use a client-go credential plugin that is not installed\./],
  ['a plugin that is not in that folder', {user: 'no-plugin-here', server: 'https://127.0.0.1:1'}, `Unable to connect to the server: getting credentials: exec: fork/exec ${home}/no-such-plugin: no such file or directory`],
  ['a plugin that fails', {user: 'failing', server: 'https://127.0.0.1:1'}, 'Unable to connect to the server: getting credentials: exec: executable false failed with exit code 1'],
]

const env = {HOME: home, PATH: process.env['PATH'], KUBECONFIG: config}
const wordsOf = async (flags: KubeFlags, path = '/api/v1/namespaces/default/pods/x'): Promise<string> => {
  try {
    return JSON.stringify(await (await connect(flags, {env})).get(path))
  } catch (error) {
    if (error instanceof ClusterError) return error.message
    throw error
  }
}
const asserts = (said: string, words: string | RegExp) => typeof words === 'string' ? assert.equal(said, words) : assert.match(said, words)

describe('kubectl\'s words', () => {
  const kubectl = spawnSync('kubectl', ['version', '--client'], {encoding: 'utf8'})
  for (const [what, flags, words] of table) {
    it(what, async () => asserts(await wordsOf(flags), words))
    if (!/v1\.32\./.test(kubectl.stdout ?? '')) continue
    it(`${what}: so says kubectl 1.32`, () => {
      const args = Object.entries(flags).flatMap(([name, value]) => [value].flat().map(word => `--${name}=${word}`))
      const {stderr} = spawnSync('kubectl', ['get', 'pods', ...args], {env, encoding: 'utf8', input: ''})
      // Before its last words kubectl logs, once for each try, what client-go said.
      const own = stderr.replace(/^E\d{4} .*(?:\n\t.*|\n >.*)*\n/gm, '').trimEnd().replace(/^Error in configuration: \n\* /, 'error: ')
      asserts(own, words)
    })
  }
})

/** [what, how the server answers, what is said]. kubectl 1.32's words, but for those that are set off. */
const answers: [what: string, answer: {status?: number, body?: unknown, headers?: http.OutgoingHttpHeaders, drop?: true} , words: string][] = [
  ['NotFound', status(404, 'NotFound', 'pods "x" not found'), 'Error from server (NotFound): pods "x" not found'],
  ['Forbidden', status(403, 'Forbidden', 'pods "x" is forbidden: no'), 'Error from server (Forbidden): pods "x" is forbidden: no'],
  ['no reason', status(500, '', 'rpc error'), 'Error from server: rpc error'],
  ['Unauthorized', status(401, 'Unauthorized', 'Unauthorized'), 'error: You must be logged in to the server (Unauthorized)'],
  ['401 without a Status', {status: 401, body: 'nope'}, 'error: You must be logged in to the server (the server has asked for the client to provide credentials (get pods x))'],
  ['403 without a Status', {status: 403, body: 'nope'}, 'Error from server (Forbidden): nope (get pods x)'],
  ['404 without a Status', {status: 404, body: '404 page not found\n'}, 'Error from server (NotFound): the server could not find the requested resource (get pods x)'],
  ['429', {status: 429, body: 'slow down'}, 'Error from server (TooManyRequests): the server has received too many requests and has asked us to try again later (get pods x)'],
  ['500 of text', {status: 500, body: 'boom\n'}, 'Error from server (InternalError): an error on the server ("boom") has prevented the request from succeeding (get pods x)'],
  ['502 of a proxy', {status: 502, body: '<html><head><title>502</title><style>a{b}</style></head><body><h1>Bad gateway</h1></body></html>'}, 'Error from server (InternalError): an error on the server ("502 Bad gateway") has prevented the request from succeeding (get pods x)'],
  ['503', {status: 503, body: 'no'}, 'Error from server (ServiceUnavailable): the server is currently unable to handle the request (get pods x)'],
  ['a connection that breaks off', {drop: true}, 'Unable to connect to the server: EOF'],
  ['a body that breaks off', {body: '{"kind"', drop: true}, 'error: unexpected error when reading response body. Please retry. Original error: unexpected EOF'],
]
/** Our own words, where kubectl's say less. */
const clearer: typeof answers = [
  ['a web page', {body: '<html><body>Please log\u001b[31m in</body></html>', headers: {'content-type': 'text/html'}}, 'error: HOST does not answer like a Kubernetes API server: text/html, "Please log [31m in"'],
  ['half an object', {body: '{"kind": "Pod", "meta', headers: {'content-type': 'application/json'}}, 'error: the answer of HOST breaks off or is no JSON: unexpected end of JSON input'],
  ['a login page', {status: 302, body: '', headers: {location: 'https://login.example.com/?state=abc'}}, 'error: the server sent us elsewhere (HTTP 302 to https://login.example.com) instead of answering: a login page or a proxy, not a Kubernetes API server'],
]

describe('answers that are none', () => {
  for (const [what, {status: code = 200, body, headers = {'content-type': typeof body === 'string' ? 'text/plain' : 'application/json'}, drop}, words] of [...answers, ...clearer]) {
    it(what, async () => {
      const server = http.createServer((_, response) => {
        const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
        if (drop && text === '') return response.destroy()
        response.writeHead(code, {...headers, ...(drop && {'content-length': '1000'})})
        if (drop) response.write(text, () => setTimeout(() => response.destroy(), 20))
        else response.end(text)
      })
      const url = await listen(server)
      assert.equal((await wordsOf({server: url})).replace(new URL(url).host, 'HOST'), words)
      server.closeAllConnections()
      server.close()
    })
  }

  it('none in time', async () => {
    const server = http.createServer(() => {})
    const url = await listen(server)
    assert.equal(await wordsOf({'server': url, 'request-timeout': '100ms'}), 'Unable to connect to the server: context deadline exceeded (Client.Timeout exceeded while awaiting headers)')
    server.closeAllConnections()
    server.close()
  })
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

describe(`TLS${hasOpenssl ? '' : ' (left out: openssl makes the certificates, and it is not installed)'}`, () => {
  const key = join(home, 'key.pem')
  const cert = join(home, 'cert.pem')
  let url: string
  let asking: string
  const servers: https.Server[] = []
  const secure = async (options: https.ServerOptions) => {
    const server = https.createServer(options, (_, response) => response.end('{"kind": "Pod"}'))
    servers.push(server)
    return (await listen(server)).replace('http:', 'https:')
  }

  before(async function () {
    if (!hasOpenssl) return this.skip()
    const make = (out: string, ...more: string[]) => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', out, '-subj', '/CN=a.example', '-addext', 'subjectAltName=DNS:a.example,DNS:b.example', ...more], {stdio: 'ignore'})
    make(cert, '-days', '2')
    const pair = {key: readFileSync(key), cert: readFileSync(cert)}
    url = await secure(pair)
    asking = await secure({...pair, requestCert: true, rejectUnauthorized: true, ca: pair.cert})
  })
  after(() => servers.forEach(server => server.close()))

  const cases: [what: string, flags: () => KubeFlags, words: string][] = [
    ['an unknown authority', () => ({server: url}), 'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority'],
    ['another name', () => ({'server': url, 'certificate-authority': cert}), 'Unable to connect to the server: tls: failed to verify certificate: x509: cannot validate certificate for 127.0.0.1 because it doesn\'t contain any IP SANs'],
    ['another name than asked for', () => ({'server': url, 'certificate-authority': cert, 'tls-server-name': 'c.example'}), 'Unable to connect to the server: tls: failed to verify certificate: x509: certificate is valid for a.example, b.example, not c.example'],
    ['the name asked for', () => ({'server': url, 'certificate-authority': cert, 'tls-server-name': 'b.example'}), '{"kind":"Pod"}'],
    ['anything, when told so', () => ({'server': url, 'insecure-skip-tls-verify': true}), '{"kind":"Pod"}'],
    ['no client certificate', () => ({'server': asking, 'insecure-skip-tls-verify': true}), 'Unable to connect to the server: remote error: tls: certificate required'],
    ['a client certificate', () => ({'server': asking, 'insecure-skip-tls-verify': true, 'client-certificate': cert, 'client-key': key}), '{"kind":"Pod"}'],
    ['a client certificate that is none', () => ({'server': asking, 'insecure-skip-tls-verify': true, 'client-certificate': config, 'client-key': config}), 'Unable to connect to the server: tls: failed to find any PEM data in certificate input'],
  ]
  for (const [what, flags, words] of cases) it(what, async () => assert.equal(await wordsOf(flags()), words))

  it('an expired certificate', () => {
    const error = Object.assign(new Error('certificate has expired'), {code: 'CERT_HAS_EXPIRED'})
    assert.equal(unreachable(error, new URL('https://a.example')).message, 'Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid')
  })

  it('a server that speaks plain HTTP', async () => {
    const server = http.createServer((_, response) => response.end('{}'))
    const plain = await listen(server)
    assert.equal(await wordsOf({'server': plain.replace('http:', 'https:'), 'insecure-skip-tls-verify': true}), 'Unable to connect to the server: http: server gave HTTP response to HTTPS client')
    server.close()
  })
})

async function listen(server: http.Server | https.Server): Promise<string> {
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  server.unref()
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
