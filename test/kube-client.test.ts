import assert from 'node:assert/strict'
import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import http from 'node:http'
import {connect as dial, type AddressInfo, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {connect, connectionWords, type Client, type KubeFlags} from '../src/kube/client.js'
import {ClusterError} from '../src/kube/errors.js'
import type {Environment} from '../src/kube/kubeconfig.js'
import {permitted, readPluginPolicy} from '../src/kube/kuberc.js'
import {resolveLogin} from '../src/kube/login.js'
import {proxyFromEnvironment} from '../src/kube/proxy.js'
import {parseRequestTimeout} from '../src/kube/request-timeout.js'
import {serve, status, type ApiServer} from './support/api-server.js'

const home = mkdtempSync(join(tmpdir(), 'podkit-'))
after(() => rmSync(home, {recursive: true}))
const file = (name: string, content: unknown) => {
  writeFileSync(join(home, name), typeof content === 'string' ? content : JSON.stringify(content))
  return join(home, name)
}
const script = (name: string, text: string) => {
  mkdirSync(join(home, 'bin'), {recursive: true})
  const path = file(join('bin', name), `#!/bin/sh\n${text}\n`)
  chmodSync(path, 0o755)
  return path
}
const kubeconfig = (name: string, parts: {current?: string, clusters?: Record<string, object>, users?: Record<string, object>, contexts?: Record<string, object>}) => {
  const list = (field: string, of: Record<string, object> = {}) => Object.entries(of).map(([name, value]) => ({name, [field]: value}))
  return file(name, {'apiVersion': 'v1', 'kind': 'Config', 'current-context': parts.current ?? '', 'clusters': list('cluster', parts.clusters), 'users': list('user', parts.users), 'contexts': list('context', parts.contexts)})
}
const env = (more: Environment = {}): Environment => ({HOME: home, PATH: `${home}/bin:${process.env['PATH']}`, ...more})
const fails = (promise: Promise<unknown>, message: string | RegExp) => assert.rejects(promise, error => {
  assert.ok(error instanceof ClusterError, String(error))
  if (typeof message === 'string') assert.equal(error.message, message)
  else assert.match(error.message, message)
  return true
})

describe('kubeconfig', () => {
  const one = kubeconfig('one', {current: 'a', clusters: {a: {server: 'https://one'}}, contexts: {a: {cluster: 'a', user: 'u', namespace: 'shop'}}})
  const two = kubeconfig('two', {current: 'b', clusters: {a: {server: 'https://two'}, b: {server: 'https://b'}}, users: {u: {token: 'of-two'}}, contexts: {b: {cluster: 'b', user: 'u'}}})

  const cases: [what: string, flags: KubeFlags, environment: Environment, server: string, namespace: string, authorization?: string][] = [
    ['the first file wins, and the second fills in', {}, {KUBECONFIG: `${one}:${two}`}, 'https://one/', 'shop', 'Bearer of-two'],
    ['missing files are skipped', {}, {KUBECONFIG: `/nope:${two}::${one}`}, 'https://b/', 'default', 'Bearer of-two'],
    ['--kubeconfig stands over KUBECONFIG', {kubeconfig: one}, {KUBECONFIG: two}, 'https://one/', 'shop'],
    ['--context, --namespace', {context: 'b', namespace: 'x'}, {KUBECONFIG: `${one}:${two}`}, 'https://b/', 'x', 'Bearer of-two'],
    ['--cluster', {cluster: 'b'}, {KUBECONFIG: `${one}:${two}`}, 'https://b/', 'shop', 'Bearer of-two'],
    ['--server, --token', {server: 'https://else:1/prefix/', token: 't'}, {KUBECONFIG: one}, 'https://else:1/prefix', 'shop', 'Bearer t'],
    ['--username, --password', {username: 'ann', password: 'x'}, {KUBECONFIG: one}, 'https://one/', 'shop', 'Basic YW5uOng='],
    ['no file at all', {}, {}, 'http://localhost:8080/', 'default'],
  ]
  for (const [what, flags, environment, server, namespace, authorization] of cases) {
    it(what, async () => {
      const login = await resolveLogin(flags, env(environment))
      assert.deepEqual([login.server.href, login.namespace, login.headers['authorization']], [server, namespace, authorization])
    })
  }

  it('paths are meant from its own folder', async () => {
    file('ca.crt', 'the authority')
    file('token', 'from a file\n')
    const path = kubeconfig('paths', {current: 'a', clusters: {a: {'server': 'https://a', 'certificate-authority': 'ca.crt'}}, users: {u: {tokenFile: 'token', token: 'older'}}, contexts: {a: {cluster: 'a', user: 'u'}}})
    const {tls, headers} = await resolveLogin({kubeconfig: path}, env())
    assert.equal(tls.ca?.toString(), 'the authority')
    assert.equal(headers['authorization'], 'Bearer from a file')
  })

  it('inside a pod it is the service account', async () => {
    const root = join(home, 'sa')
    mkdirSync(root)
    for (const [name, text] of Object.entries({token: 'pod-token', namespace: 'team', 'ca.crt': 'the authority'})) file(join('sa', name), text)
    const inPod = {KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443'}
    const login = await resolveLogin({}, env(inPod), root)
    assert.deepEqual([login.server.href, login.namespace, login.headers['authorization'], login.context], ['https://[fd00::1]/', 'team', 'Bearer pod-token', undefined])
    assert.equal((await resolveLogin({namespace: 'x'}, env(inPod), root)).namespace, 'x')
    assert.equal((await resolveLogin({}, env({...inPod, KUBECONFIG: one}), root)).server.href, 'https://one/', 'a kubeconfig stands over the pod')
  })

  it('impersonates as flags and kubeconfig say', async () => {
    const path = kubeconfig('as', {current: 'a', clusters: {a: {server: 'https://a'}}, users: {u: {'as': 'bob', 'as-groups': ['g1', 'g2'], 'as-user-extra': {'scopes': ['x'], 'a/b': ['1']}}}, contexts: {a: {cluster: 'a', user: 'u'}}})
    assert.deepEqual((await resolveLogin({kubeconfig: path}, env())).headers, {
      'impersonate-user': 'bob', 'impersonate-group': ['g1', 'g2'], 'impersonate-extra-scopes': ['x'], 'impersonate-extra-a%2Fb': ['1'],
    })
    assert.deepEqual((await resolveLogin({'kubeconfig': path, 'as': 'ann', 'as-uid': '7', 'as-group': ['h'], 'as-user-extra': ['k=1', 'k=2=3']}, env())).headers, {
      'impersonate-user': 'ann', 'impersonate-uid': '7', 'impersonate-group': ['h'], 'impersonate-extra-k': ['1', '2=3'],
    })
  })

  it('an alias bomb does not eat the memory', async () => {
    const bomb = file('bomb', `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join()}]`).join('\n')}\n`)
    await fails(resolveLogin({kubeconfig: bomb}, env()), /^error: error loading config file ".*": yaml: Excessive alias count/)
  })
})

describe('what printed commands repeat', () => {
  const cases: [flags: KubeFlags, words: string[]][] = [
    [{}, []],
    [{namespace: 'shop'}, []],
    [{'context': 'prod', 'as': 'ann', 'as-group': ['a', 'b']}, ['--context=prod', '--as=ann', '--as-group=a', '--as-group=b']],
    [{token: 'secret', password: 'secret', username: 'ann', server: 'https://ann:secret@host:6443/x'}, ['--server=https://host:6443/x']],
    [{server: 'ann:secret@host'}, ['--server=host']],
    [{'kubeconfig': '/k', 'insecure-skip-tls-verify': true, 'request-timeout': '5s'}, ['--kubeconfig=/k', '--insecure-skip-tls-verify=true']],
  ]
  for (const [flags, words] of cases) it(JSON.stringify(flags), () => assert.deepEqual(connectionWords(flags), words))
})

describe('--request-timeout', () => {
  for (const [text, ms] of [['0', 0], ['5', 5000], ['5s', 5000], ['1m30s', 90_000], ['1.5h', 5_400_000], ['250ms', 250], ['', 0]] as const) {
    it(`${text || 'nothing'} is ${ms} ms`, () => assert.equal(parseRequestTimeout(text), ms))
  }
  for (const text of ['abc', '5x', '-5', '5 s', '5s5', '1e3']) it(`${text} is refused`, () => assert.throws(() => parseRequestTimeout(text), /Invalid timeout value/))
})

describe('proxies of the environment', () => {
  const P = 'http://proxy:3128'
  const cases: [server: string, environment: Environment, proxy: string | undefined][] = [
    ['https://api:6443', {HTTPS_PROXY: P}, P],
    ['https://api:6443', {https_proxy: 'proxy:3128'}, P],
    ['https://api:6443', {HTTP_PROXY: P}, undefined],
    ['http://api:80', {HTTP_PROXY: P}, P],
    ['https://localhost:6443', {HTTPS_PROXY: P}, undefined],
    ['https://127.0.0.1', {HTTPS_PROXY: P}, undefined],
    ['https://[::1]:6443', {HTTPS_PROXY: P}, undefined],
    ['https://api.corp.example', {HTTPS_PROXY: P, NO_PROXY: 'x, corp.example'}, undefined],
    ['https://corp.example', {HTTPS_PROXY: P, NO_PROXY: 'corp.example'}, undefined],
    ['https://corp.example', {HTTPS_PROXY: P, NO_PROXY: '.corp.example'}, P],
    ['https://notcorp.example', {HTTPS_PROXY: P, NO_PROXY: 'corp.example'}, P],
    ['https://10.1.2.3', {HTTPS_PROXY: P, no_proxy: '10.0.0.0/8'}, undefined],
    ['https://11.1.2.3', {HTTPS_PROXY: P, NO_PROXY: '10.0.0.0/8'}, P],
    ['https://10.1.2.3', {HTTPS_PROXY: P, NO_PROXY: '10.1.2.3'}, undefined],
    ['https://[fd00::5]', {HTTPS_PROXY: P, NO_PROXY: 'fd00::/8'}, undefined],
    ['https://api:6443', {HTTPS_PROXY: P, NO_PROXY: 'api:6443'}, undefined],
    ['https://api:6443', {HTTPS_PROXY: P, NO_PROXY: 'api:443'}, P],
    ['https://api', {HTTPS_PROXY: P, NO_PROXY: '*'}, undefined],
  ]
  for (const [server, environment, proxy] of cases) it(`${server} ${JSON.stringify(environment)}`, () => assert.equal(proxyFromEnvironment(new URL(server), environment), proxy))
})

describe('credential plugins', () => {
  const marker = join(home, 'ran')
  const credential = '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"from-plugin"}}'
  script('login', `echo "$1 $KUBERNETES_EXEC_INFO" >> ${marker}; echo '${credential}'`)
  script('denied', `touch ${join(home, 'denied-ran')}; echo '${credential}'`)
  const allowed = (...allowlist: object[]) => ({apiVersion: 'kubectl.config.k8s.io/v1beta1', kind: 'Preference', credentialPluginPolicy: 'Allowlist', credentialPluginAllowlist: allowlist})

  const connectTo = async (url: string, command: string, more: Environment = {}): Promise<Client> => {
    const path = kubeconfig('plugin', {current: 'a', clusters: {a: {server: url}}, users: {u: {exec: {apiVersion: 'client.authentication.k8s.io/v1', command, args: ['arg'], env: null, interactiveMode: 'IfAvailable', provideClusterInfo: true}}}, contexts: {a: {cluster: 'a', user: 'u'}}})
    return connect({kubeconfig: path}, {env: env(more)})
  }
  let server: ApiServer
  beforeEach(async () => { server = await serve({objects: []}) })
  afterEach(() => server.close())

  it('give the token, once for the run, and learn about the cluster', async () => {
    file('ran', '')
    const client = await connectTo(server.url, 'login', {KUBERC: 'off'})
    await Promise.all([client.get('/version'), client.get('/version')])
    await client.get('/version')
    assert.deepEqual(server.headers.map(({authorization}) => authorization), ['Bearer from-plugin', 'Bearer from-plugin', 'Bearer from-plugin'])
    const runs = readFileSync(marker, 'utf8').trim().split('\n')
    assert.equal(runs.length, 1)
    assert.match(runs[0]!, /^arg \{/)
    const info = JSON.parse(runs[0]!.slice(4)) as {spec: {interactive: boolean, cluster: {server: string}}}
    assert.deepEqual([info.spec.interactive, info.spec.cluster.server], [false, server.url])
  })

  it('are asked again when the server does not know them any more', async () => {
    file('ran', '')
    server.close()
    server = await serve({objects: []}, (_, nth) => nth <= 3 ? {...status(401, 'Unauthorized', 'Unauthorized'), delayMs: 10 * nth} : undefined)
    const client = await connectTo(server.url, 'login', {KUBERC: 'off'})
    assert.equal((await Promise.all([1, 2, 3].map(() => client.get('/version')))).length, 3)
    assert.equal(readFileSync(marker, 'utf8').trim().split('\n').length, 2)
  })

  it('do not run when kuberc denies them', async () => {
    const client = await connectTo(server.url, 'denied', {KUBERC: file('deny', 'apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n')})
    await fails(client.get('/version'), 'Unable to connect to the server: getting credentials: plugin "denied" not allowed: policy set to "DenyAll"')
    const other = await connectTo(server.url, 'denied', {KUBERC: file('allow', allowed({command: 'login'}))})
    await fails(other.get('/version'), `Unable to connect to the server: getting credentials: plugin path "${home}/bin/denied" is not permitted by the credential plugin allowlist`)
    assert.throws(() => readFileSync(join(home, 'denied-ran')), 'it ran')
    assert.equal(server.requests.length, 0)
  })

  it('run when kuberc lists them', async () => {
    assert.ok(await (await connectTo(server.url, 'login', {KUBERC: file('allow', allowed({name: 'login'}))})).get('/version'))
  })

  symlinkSync('/bin/sh', join(home, 'bin', 'linked'))
  mkdirSync(join(home, 'evil'))
  const evil = file(join('evil', 'login'), '#!/bin/sh\n')
  chmodSync(evil, 0o755)
  const list = (...allowlist: string[]) => ({policy: 'Allowlist' as const, allowlist})
  const policies: [command: string, allowlist: string[], path: string | undefined][] = [
    ['login', ['login'], `${home}/bin/login`],
    [`${home}/bin/login`, ['login'], `${home}/bin/login`],
    ['login', [`${home}/bin/login`], `${home}/bin/login`],
    [`${home}/evil/login`, ['login'], undefined],
    [`${home}/evil/../bin/login`, ['login'], `${home}/bin/login`],
    ['login', ['denied'], undefined],
    ['nowhere', ['nowhere'], undefined],
    ['login', ['log*'], undefined],
  ]
  for (const [command, allowlist, path] of policies) {
    it(`${command.replace(home, '~')} against ${allowlist.join().replace(home, '~')} is ${path ? 'run' : 'refused'}`, () => {
      if (path === undefined) assert.throws(() => permitted(command, list(...allowlist), env()), ClusterError)
      else assert.equal(permitted(command, list(...allowlist), env()), path)
    })
  }

  const files: [what: string, content: unknown, policy: string | RegExp][] = [
    ['no policy', {kind: 'Preference'}, 'AllowAll'],
    ['AllowAll', {kind: 'Preference', credentialPluginPolicy: 'AllowAll'}, 'AllowAll'],
    ['DenyAll', {kind: 'Preference', credentialPluginPolicy: 'DenyAll'}, 'DenyAll'],
    ['a list without its policy', {kind: 'Preference', credentialPluginAllowlist: [{name: 'x'}]}, /^error: misconfigured credential plugin allowlist: plugin policy is "" but allowlist is non-nil$/],
    ['Allowlist without a list', {kind: 'Preference', credentialPluginPolicy: 'Allowlist'}, /^error: credential plugin policy set to "Allowlist", but allowlist is unspecified$/],
    ['Allowlist with an empty list', {kind: 'Preference', credentialPluginPolicy: 'Allowlist', credentialPluginAllowlist: []}, /but allowlist is empty; use "DenyAll" policy instead$/],
    ['an entry without a name', {kind: 'Preference', credentialPluginPolicy: 'Allowlist', credentialPluginAllowlist: [{}]}, /^error: misconfigured credential plugin allowlist: empty allowlist entry$/],
    ['a misspelt policy', {kind: 'Preference', credentialPluginPolicy: 'denyall'}, /^error: invalid plugin policy: "denyall"$/],
    ['no YAML', '{a: [', /^error: kuberc error kuberc: /],
  ]
  for (const [what, content, policy] of files) {
    it(`kuberc: ${what}`, async () => {
      const read = readPluginPolicy(env({KUBERC: file('kuberc', content)}))
      if (typeof policy === 'string') assert.equal((await read).policy, policy)
      else await fails(read, policy)
    })
  }
  it('kuberc: a named file that is not there is an error, the usual one is not', async () => {
    await fails(readPluginPolicy(env({KUBERC: '/nope'})), 'error: kuberc error kuberc: open /nope: no such file or directory')
    assert.equal((await readPluginPolicy(env())).policy, 'AllowAll')
    mkdirSync(join(home, '.kube'), {recursive: true})
    file(join('.kube', 'kuberc'), {kind: 'Preference', credentialPluginPolicy: 'DenyAll'})
    assert.equal((await readPluginPolicy(env())).policy, 'DenyAll')
    assert.equal((await readPluginPolicy(env({KUBERC: 'off'}))).policy, 'AllowAll')
  })

  it('OIDC: an id-token that is still good is the bearer', async () => {
    const token = ['{"alg":"none"}', `{"exp":${Math.round(Date.now() / 1000) + 600}}`].map(part => Buffer.from(part).toString('base64url')).join('.') + '.x'
    const path = kubeconfig('oidc', {current: 'a', clusters: {a: {server: server.url}}, users: {u: {'auth-provider': {name: 'oidc', config: {'id-token': token}}}}, contexts: {a: {cluster: 'a', user: 'u'}}})
    await (await connect({kubeconfig: path}, {env: env()})).get('/version')
    assert.equal(server.headers[0]!.authorization, `Bearer ${token}`)
  })
})

describe('requests', () => {
  const pods = Array.from({length: 40}, (_, i) => ({apiVersion: 'v1', kind: 'Pod', metadata: {name: `p${i}`, namespace: 'n', annotations: {long: 'x'.repeat(100)}}}))
  const to = (url: string, flags: KubeFlags = {}, more: Environment = {}) => connect({server: url, ...flags}, {env: env(more), version: '1.2.3'})

  it('eight at most are in flight, over connections that are kept', async () => {
    const server = await serve({objects: pods}, () => ({delayMs: 20}))
    const client = await to(server.url)
    await Promise.all(pods.map(({metadata: {name}}) => client.get(`/api/v1/namespaces/n/pods/${name}`)))
    assert.equal(server.requests.length, 40)
    assert.equal(server.mostInFlight, 8)
    assert.equal(server.headers[0]!['user-agent'], 'kubectl-podkit/1.2.3')
    server.close()
  })

  it('gzip is taken, unless --disable-compression', async () => {
    const server = await serve({objects: pods})
    const plain = await (await to(server.url, {'disable-compression': true})).get('/api/v1/pods')
    assert.deepEqual(await (await to(server.url)).get('/api/v1/pods'), plain)
    assert.deepEqual(server.headers.map(headers => headers['accept-encoding']), ['identity', 'gzip'])
    server.close()
  })

  it('a path in front of the API stays', async () => {
    const server = await serve({objects: []}, url => url.pathname === '/k8s/clusters/c-1/version' ? {body: {gitVersion: 'v1'}} : undefined)
    assert.deepEqual(await (await to(`${server.url}/k8s/clusters/c-1/`)).get('/version'), {gitVersion: 'v1'})
    server.close()
  })

  for (const code of [429, 503]) {
    it(`${code} with Retry-After is waited for`, async () => {
      const server = await serve({objects: pods}, (_, nth) => nth <= 2 ? {status: code, headers: {'retry-after': nth === 1 ? '0' : '1'}, body: 'wait'} : undefined)
      const began = Date.now()
      assert.ok(await (await to(server.url)).get('/api/v1/namespaces/n/pods/p1'))
      assert.equal(server.requests.length, 3)
      assert.ok(Date.now() - began >= 1000, 'it did not wait')
      server.close()
    })
  }

  it('not for ever, and not without Retry-After', async () => {
    const server = await serve({objects: []}, url => url.pathname === '/a' ? {status: 429, headers: {'retry-after': '0'}, body: 'wait'} : {status: 429, body: 'wait'})
    const client = await to(server.url)
    await fails(client.get('/a'), /TooManyRequests/)
    assert.equal(server.requests.length, 5)
    await fails(client.get('/b'), /TooManyRequests/)
    assert.equal(server.requests.length, 6)
    server.close()
  })

  it('a wait ends when the run is interrupted', async () => {
    const server = await serve({objects: []}, () => ({status: 429, headers: {'retry-after': '9'}, body: 'wait'}))
    const ending = new AbortController()
    const client = await connect({server: server.url}, {env: env(), signal: ending.signal})
    const began = Date.now()
    setTimeout(() => ending.abort(), 100)
    await assert.rejects(client.get('/a'), {name: 'AbortError'})
    assert.ok(Date.now() - began < 2000)
    server.close()
  })

  it('a kept connection that the server has closed is opened again', async () => {
    const server = await serve({objects: pods}, (url, nth) => url.pathname.endsWith('/p1') && nth === 1 ? {drop: true} : undefined)
    const client = await to(server.url)
    await client.get('/api/v1/namespaces/n/pods/p0')
    assert.ok(await client.get('/api/v1/namespaces/n/pods/p1'))
    server.close()
  })

  it('a body that is not wanted to its end is not fetched', async () => {
    const server = http.createServer((_, response) => {
      const more = () => { while (response.write(Buffer.alloc(65536, 'x'))); }
      response.on('drain', more)
      more()
    })
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
    server.unref()
    const client = await to(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    const read = await client.stream('/log', async body => {
      let size = 0
      for await (const chunk of body) {
        size += chunk.length
        if (size > 1_000_000) break
      }
      return size
    })
    assert.ok(read > 1_000_000 && read < 2_000_000)
    server.closeAllConnections()
    server.close()
  })

  describe('through a proxy', () => {
    let proxied: string[] = []
    const proxy = http.createServer().on('connect', (request: http.IncomingMessage, socket: Socket) => {
      proxied.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
      const [, port = ''] = /:(\d+)$/.exec(request.url ?? '') ?? []
      const onward = dial(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        onward.pipe(socket).pipe(onward)
      })
      onward.on('error', () => socket.destroy())
      socket.on('error', () => onward.destroy())
    })
    before(async () => { await new Promise<void>(resolve => { proxy.unref().listen(0, '127.0.0.1', resolve) }) })
    after(() => proxy.close())

    it('of the environment, and of the cluster', async () => {
      const server = await serve({objects: pods})
      const {port} = new URL(server.url)
      const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
      proxied = []
      // The name is the proxy's to resolve.
      assert.ok(await (await to(`http://api.example:${port}`, {}, {HTTP_PROXY: `http://ann:pw@${address}`})).get('/version'))
      assert.deepEqual(proxied, [`api.example:${port} Basic YW5uOnB3`])
      const path = kubeconfig('proxy', {current: 'a', clusters: {a: {'server': `http://api.example:${port}`, 'proxy-url': `http://${address}`}}, contexts: {a: {cluster: 'a'}}})
      assert.ok(await (await connect({kubeconfig: path}, {env: env({HTTP_PROXY: 'http://127.0.0.1:1'})})).get('/version'))
      assert.equal(proxied.length, 2)
      server.close()
    })
  })
})
