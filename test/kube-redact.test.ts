import assert from 'node:assert/strict'
import {connect} from '../src/kube/client.js'
import {examine} from '../src/kube/examine.js'
import {liveSource} from '../src/kube/live.js'
import {looksSecret, maskFile, maskText, maskValue, maskWords} from '../src/kube/mask.js'
import {redact, reduceManagedFields, remains, Scrubber, scrubSnapshot} from '../src/kube/redact.js'
import type {KubeObject} from '../src/kube/types.js'
import type {Ask, Diagnosis, Snapshot} from '../src/doctor/types.js'
import {serve} from './support/api-server.js'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/** Values of Secrets, each with characters that some encoding changes. */
const secrets: Record<string, string> = {
  'db/password': 's3cr3t "quoted" & <odd>/+',
  'db/short': 'hunt3r',
  'api/token': 'tok-ABCDEFGHIJKLMNOP',
  'multi/env': 'FIRST_LINE=abcdefgh1\nSECOND=ijklmnop2\n',
  'json/config': '{"clientSecret": "inner-secret-value", "n": 1}',
  'unicode/pass': 'pässwörd-日本',
}
const secretObjects = [...new Set(Object.keys(secrets).map(label => label.split('/')[0]!))].map((name): KubeObject => {
  const data = Object.fromEntries(Object.entries(secrets).filter(([label]) => label.startsWith(`${name}/`)).map(([label, value]) => [label.split('/')[1], base64(value)]))
  return {apiVersion: 'v1', kind: 'Secret', metadata: {name, namespace: 'shop', annotations: {[LAST_APPLIED]: JSON.stringify({data})}}, ...{type: 'Opaque', data}}
})
const pull: KubeObject = {apiVersion: 'v1', kind: 'Secret', metadata: {name: 'pull', namespace: 'shop'}, ...{type: 'kubernetes.io/dockerconfigjson', data: {'.dockerconfigjson': base64(JSON.stringify({auths: {'registry.example': {username: 'robot', password: 'registry-pass-1', auth: base64('robot:registry-pass-1')}}}))}}}

/** Every form in which a value must not be found again. */
const formsOf = (value: string) => {
  const inner = (before: string) => {
    const encoded = base64(`${before}${value}${'z'.repeat(3)}`)
    return encoded.slice(Math.ceil(before.length * 4 / 3) + 1, Math.floor((before.length + Buffer.byteLength(value)) * 4 / 3) - 2)
  }
  return [value, base64(value), base64(`${value}\n`), encodeURIComponent(value), JSON.stringify(value).slice(1, -1), ...(value.length >= 8 ? ['', 'x', 'xy'].map(inner) : [])]
}
const planted = [...Object.values(secrets), ...secrets['multi/env']!.trim().split('\n'), 'inner-secret-value', 'registry-pass-1', 'abcdefgh1', 'ijklmnop2']

function clusterWith(text: (value: string) => string): Pick<Snapshot, 'objects' | 'logs'> {
  const all = planted.map(text).join(' ; ')
  const pod = {
    apiVersion: 'v1', kind: 'Pod', metadata: {name: 'web', namespace: 'shop', annotations: {'note': all, [LAST_APPLIED]: all}},
    spec: {
      containers: [{
        name: 'app', image: 'shop/app:1', args: ['--config', all], command: ['sh', '-c', `run ${all}`], env: [{name: 'PLAIN', value: all}, {name: 'DB_PASSWORD', value: 'only-here'}],
        livenessProbe: {httpGet: {path: `/health?x=${all}`, port: 80, httpHeaders: [{name: 'X-Key', value: all}]}}, lifecycle: {preStop: {exec: {command: ['sh', '-c', all]}}}, workingDir: `/srv/${all}`,
      }],
      volumes: [{name: 'v', csi: {driver: 'x', volumeAttributes: {share: all}}, nfs: {server: all, path: all}}],
    },
    status: {message: all, conditions: [{type: 'Ready', status: 'False', message: all}], containerStatuses: [{name: 'app', state: {terminated: {exitCode: 1, message: all}}, lastState: {terminated: {exitCode: 1, message: all}}}]},
  }
  return {
    objects: [
      pod as KubeObject, ...secretObjects, pull,
      {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'cm', namespace: 'shop'}, ...{data: {'app.conf': `line one\n${all}\n`, 'url': all}, binaryData: {blob: base64(all)}}},
      {apiVersion: 'v1', kind: 'Event', metadata: {name: 'e', namespace: 'shop'}, ...{message: all, note: all, involvedObject: {kind: 'Pod', name: 'web', namespace: 'shop'}}},
      {apiVersion: 'apps/v1', kind: 'Deployment', metadata: {name: 'web', namespace: 'shop'}, ...{spec: {template: {metadata: {annotations: {x: all}}, spec: {containers: [{name: 'app', env: [{name: 'PLAIN', value: all}]}]}}}}},
    ],
    logs: [{namespace: 'shop', pod: 'web', container: 'app', previous: false, text: `starting\nconnecting with ${all}\nfailed\n`}],
  }
}

const start: Snapshot = {apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: '2026-01-01T00:00:00Z', targets: [{kind: 'Pod', namespace: 'shop', name: 'web'}], objects: [], logs: [], reads: []}
const noDiagnosis = {} as Diagnosis

describe('secrets that were read', () => {
  const encodings: [what: string, text: (value: string) => string][] = [
    ['as they are', value => value],
    ['in base64', base64],
    ['in base64, with the newline that echo adds', value => base64(`${value}\n`)],
    ['inside of a longer text in base64, one byte in', value => base64(`x${value}zzz`)],
    ['inside of a longer text in base64, two bytes in', value => base64(`xy${value}zzz`)],
    ['URL-encoded', encodeURIComponent],
    ['JSON-escaped', value => JSON.stringify(value)],
    ['in quotes', value => `'${value}'`],
  ]
  for (const [what, text] of encodings) {
    it(`stand nowhere in the snapshot, ${what}`, async () => {
      const cluster = clusterWith(value => value.length < 8 && what.startsWith('inside') ? value : text(value))
      // The text is nothing that the patterns for unknown secrets would hide by themselves.
      const server = await serve(cluster)
      // Secrets are read last: what was read before is scrubbed, too.
      const rounds: Ask[][] = [
        [{get: 'Pod', namespace: 'shop', name: 'web'}, {list: 'Event', namespace: 'shop'}, {log: {namespace: 'shop', pod: 'web', container: 'app', previous: false}}],
        [{get: 'ConfigMap', namespace: 'shop', name: 'cm'}, {get: 'Deployment', namespace: 'shop', name: 'web'}],
        [...new Set([...secretObjects, pull])].map(({metadata}) => ({get: 'Secret', namespace: 'shop', name: metadata!.name!})),
      ]
      let round = 0
      const {snapshot} = await examine(liveSource(await connect({server: server.url}, {env: {HOME: '/nope'}})), start, () => ({diagnosis: noDiagnosis, asks: rounds[round++] ?? []}))
      server.close()
      assert.equal(snapshot.objects.length, 4 + secretObjects.length + 1)
      const json = JSON.stringify(snapshot)
      for (const value of planted) {
        for (const form of formsOf(value)) {
          assert.ok(!json.includes(form) && !json.includes(JSON.stringify(form).slice(1, -1)), `${value} as ${form}:\n${json.slice(Math.max(0, json.indexOf(form) - 80), json.indexOf(form) + 80)}`)
        }
      }
      assert.ok(!json.includes('only-here'))
      assert.ok(!json.includes(LAST_APPLIED))
      assert.match(json, /<secret:db\/password>/)
      assert.match(json, /<secret:db\/short>/)
      // Twelve places and more: each of them was reached.
      const places = new Set<string>()
      const visit = (value: unknown, path: string): void => {
        if (typeof value === 'string' && value.includes('<secret:')) places.add(path)
        if (typeof value === 'object' && value !== null) for (const [key, below] of Object.entries(value)) visit(below, Array.isArray(value) ? path : `${path}.${key}`)
      }
      for (const object of snapshot.objects) visit(object, object.kind ?? '')
      for (const log of snapshot.logs) visit(log, 'Log')
      for (const place of [
        'Pod.metadata.annotations.note', 'Pod.spec.containers.args', 'Pod.spec.containers.command', 'Pod.spec.containers.env.value', 'Pod.spec.containers.livenessProbe.httpGet.path',
        'Pod.spec.containers.livenessProbe.httpGet.httpHeaders.value', 'Pod.spec.containers.lifecycle.preStop.exec.command', 'Pod.spec.containers.workingDir', 'Pod.spec.volumes.csi.volumeAttributes.share',
        'Pod.spec.volumes.nfs.server', 'Pod.status.message', 'Pod.status.conditions.message', 'Pod.status.containerStatuses.state.terminated.message', 'Pod.status.containerStatuses.lastState.terminated.message',
        'ConfigMap.data.app.conf', 'ConfigMap.data.url', 'Event.message', 'Event.note', 'Deployment.spec.template.metadata.annotations.x', 'Deployment.spec.template.spec.containers.env.value', 'Log.text',
      ]) assert.ok(places.has(place), `${place} was not reached; ${[...places].join(', ')} were`)
    })
  }

  it('leave their names, keys, lengths and line ends', () => {
    const scrubber = new Scrubber()
    assert.deepEqual(redact(secretObjects[0]!, scrubber), {
      apiVersion: 'v1', kind: 'Secret', metadata: {name: 'db', namespace: 'shop'}, type: 'Opaque', data: {password: '', short: ''}, facts: {keys: {password: {bytes: 25}, short: {bytes: 6}}},
    })
    const {facts} = redact({...secretObjects[2]!, ...{data: {env: base64('x\n'), empty: '', other: null}, stringData: {plain: 'ü'}}} as KubeObject, scrubber) as {facts?: unknown}
    assert.deepEqual(facts, {keys: {empty: {bytes: 0}, env: {bytes: 2, trailingNewline: true}, other: {bytes: 0}, plain: {bytes: 2}}})
  })

  it('registries: the hosts, never the logins', () => {
    const {facts} = redact(pull, new Scrubber()) as {facts?: {registries?: string[]}}
    assert.deepEqual(facts?.registries, ['registry.example'])
    const old = redact({kind: 'Secret', metadata: {name: 'old'}, ...{data: {'.dockercfg': base64('{"https://index.docker.io/v1/": {"auth": "x"}}')}}} as KubeObject, new Scrubber()) as {facts?: {registries?: string[]}}
    assert.deepEqual(old.facts?.registries, ['https://index.docker.io/v1/'])
    const broken = redact({kind: 'Secret', metadata: {name: 'b'}, ...{data: {'.dockerconfigjson': base64('{"auths"')}}} as KubeObject, new Scrubber()) as {facts?: object}
    assert.deepEqual(broken.facts, {keys: {'.dockerconfigjson': {bytes: 8}}})
  })

  it('redacting twice is redacting once', () => {
    const scrubber = new Scrubber()
    for (const object of clusterWith(value => value).objects) {
      const once = redact(object, scrubber)
      assert.deepEqual(redact(once, scrubber), once)
    }
  })

  it('values that are words of everybody, certificates and namespaces are left alone', () => {
    const scrubber = new Scrubber()
    for (const value of ['true', 'localhost', 'default', 'ab', '', ' ', '-----BEGIN CERTIFICATE-----\nMIIabcdefgh\n-----END CERTIFICATE-----\n']) scrubber.remember(Buffer.from(value), 'x/y')
    redact({kind: 'Secret', metadata: {name: 't'}, ...{type: 'kubernetes.io/service-account-token', data: {'namespace': base64('team-blue'), 'ca.crt': base64('x')}}} as KubeObject, scrubber)
    assert.equal(scrubber.size, 0)
  })

  it('short ones only as whole words', () => {
    const scrubber = new Scrubber()
    scrubber.remember(Buffer.from('abc'), 'x/y')
    assert.equal(scrubber.scrub('abc abcd xabc abc_d "abc" abc-d /abc/'), '<secret:x/y> abcd xabc abc_d "<secret:x/y>" <secret:x/y>-d /<secret:x/y>/')
    scrubber.remember(Buffer.from('longer-value'), 'x/z')
    assert.equal(scrubber.scrub('xlonger-valuex'), 'x<secret:x/z>x')
  })

  it('the longest first, and of the same value the first name', () => {
    const scrubber = new Scrubber()
    scrubber.remember(Buffer.from('password-of-mine'), 'b/long')
    scrubber.remember(Buffer.from('password'), 'b/short')
    scrubber.remember(Buffer.from('password'), 'a/short')
    assert.equal(scrubber.scrub('password-of-mine, password'), '<secret:b/long>, <secret:a/short>')
  })

  it('structural strings are never touched', () => {
    const scrubber = new Scrubber()
    scrubber.remember(Buffer.from('payments'), 's/k')
    const object = {
      apiVersion: 'v1', kind: 'Pod', metadata: {name: 'payments', namespace: 'payments', uid: 'payments', labels: {app: 'payments'}, ownerReferences: [{apiVersion: 'v1', kind: 'X', name: 'payments', uid: 'u'}]},
      spec: {containers: [{name: 'payments', image: 'payments', env: [{name: 'payments', valueFrom: {secretKeyRef: {name: 'payments', key: 'payments'}}}], volumeMounts: [{name: 'payments', mountPath: '/payments'}]}], nodeSelector: {x: 'payments'}},
      status: {reason: 'payments', startTime: 'payments'},
    } as KubeObject
    assert.deepEqual(scrubSnapshot({objects: [object], logs: [], reads: []}, scrubber).objects, [object])
  })

  it('a value that is a public name anyway is left in the messages that rules read', () => {
    const scrubber = new Scrubber()
    scrubber.remember(Buffer.from('payments'), 's/k')
    const event = {kind: 'Event', message: 'container "payments" failed', involvedObject: {kind: 'Pod', name: 'payments'}} as KubeObject
    assert.deepEqual(scrubSnapshot({objects: [event], logs: [], reads: []}, scrubber).objects, [event])
    const other = {kind: 'Event', message: 'container "payments" failed', involvedObject: {kind: 'Pod', name: 'web'}} as KubeObject
    assert.match(JSON.stringify(scrubSnapshot({objects: [other], logs: [], reads: []}, scrubber).objects), /<secret:s\/k>/)
  })

  it('the words of a server are scrubbed, too', () => {
    const scrubber = new Scrubber()
    scrubber.remember(Buffer.from('sword-fish'), 's/k')
    assert.deepEqual(scrubSnapshot({objects: [], logs: [], reads: [{get: 'Pod', name: 'x', outcome: 'unavailable', message: 'with sword-fish'}]}, scrubber).reads[0]!.message, 'with <secret:s/k>')
  })
})

describe('what looks like a secret', () => {
  const names: [name: string, secret: boolean][] = [
    ['PASSWORD', true], ['DB_PASSWORD', true], ['dbPassword', true], ['MYSQL_ROOT_PASSWORD', true], ['PGPASSWORD', true], ['REDIS_PASS', true], ['MYSQL_PWD', true], ['passwd', true],
    ['API_KEY', true], ['apiKey', true], ['AWS_SECRET_ACCESS_KEY', true], ['GITHUB_TOKEN', true], ['JWT_SECRET', true], ['PRIVATE_KEY', true], ['CREDENTIALS', true], ['client-secret', true], ['PASSPHRASE', true], ['SECRET_KEY_BASE', true],
    ['LOG_LEVEL', false], ['PASSWORD_FILE', false], ['MYSQL_ROOT_PASSWORD_FILE', false], ['SECRET_NAME', false], ['TOKEN_URL', false], ['TOKEN_TTL', false], ['PATH', false], ['KEY', false], ['PORT', false], ['BYPASS_CACHE', false],
    ['COMPASS', false], ['OPWDATA', false], ['CREDENTIALS_PATH', false], ['AUTHOR', false], ['PASSWORD_MIN_LENGTH', false],
  ]
  for (const [name, secret] of names) it(`${name}: ${secret ? 'yes' : 'no'}`, () => assert.equal(looksSecret(name), secret))

  const values: [name: string, value: string, shown: string][] = [
    ['DB_PASSWORD', 'x', '<masked>'], ['DB_PASSWORD', '', ''], ['DB_PASSWORD', '$(FROM_SECRET)', '$(FROM_SECRET)'], ['MYSQL_ALLOW_EMPTY_PASSWORD', 'yes', 'yes'], ['MYSQL_RANDOM_ROOT_PASSWORD', 'true', 'true'],
    ['DATABASE_URL', 'postgres://app:pw@db:5432/shop', 'postgres://app:<masked>@db:5432/shop'], ['LOG_LEVEL', 'debug', 'debug'],
  ]
  for (const [name, value, shown] of values) it(`${name}=${value}`, () => assert.equal(maskValue(name, value), shown))

  const jwt = `${Buffer.from('{"alg":"RS256","kid":"x"}').toString('base64url')}.${Buffer.from('{"iss":"kubernetes"}').toString('base64url')}.c2lnbmF0dXJl`
  const texts: [text: string, shown: string][] = [
    ['redis://:hunter2@cache:6379/0', 'redis://:<masked>@cache:6379/0'],
    ['amqp://u:p@ss/w@host/vhost ok', 'amqp://u:<masked>@host/vhost ok'],
    ['http://user@host/path', 'http://user@host/path'],
    ['https://host:8080/a?b=c', 'https://host:8080/a?b=c'],
    ['--password=hunter2 --port=80', '--password=<masked> --port=80'],
    ['--db-password="a b" -v', '--db-password=<masked> -v'],
    ['jdbc:mysql://db/x?user=a&password=b&ssl=true', 'jdbc:mysql://db/x?user=a&password=<masked>&ssl=true'],
    ['Server=db;User Id=sa;Password=p4ss;Encrypt=yes', 'Server=db;User Id=sa;Password=<masked>;Encrypt=yes'],
    ['PGPASSWORD=x psql', 'PGPASSWORD=<masked> psql'],
    ['--password-file=/run/x', '--password-file=/run/x'],
    ['--token-url=https://x', '--token-url=https://x'],
    ['password= ', 'password= '],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer <masked>'],
    ['"authorization": "Basic YW5uOng="', '"authorization": "Basic <masked>"'],
    ['curl -H "Bearer abcdefghijk"', 'curl -H "Bearer <masked>"'],
    ['key AKIAIOSFODNN7EXAMPLE used', 'key <masked> used'],
    [`token ${jwt} expired`, 'token <masked> expired'],
    ['a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc\n-----END RSA PRIVATE KEY-----\nb', 'a\n<masked>\nb'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn', '<masked>'],
    ['-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----', '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', '<masked>'],
    ['authorization=0123456789abcdef', 'authorization=<masked>'],
    // What rules read must stay.
    ['repository does not exist or may require authorization: server message: insufficient_scope: authorization failed', 'repository does not exist or may require authorization: server message: insufficient_scope: authorization failed'],
    ['Access denied for user \'root\'@\'10.0.0.1\' (using password: YES)', 'Access denied for user \'root\'@\'10.0.0.1\' (using password: YES)'],
    ['database is uninitialized and password option is not specified', 'database is uninitialized and password option is not specified'],
    ['secret "db" not found', 'secret "db" not found'],
    ['couldn\'t find key token in Secret shop/api', 'couldn\'t find key token in Secret shop/api'],
    ['failed to resolve reference "registry.example:5000/a@sha256:0123": not found', 'failed to resolve reference "registry.example:5000/a@sha256:0123": not found'],
    ['Back-off pulling image "ghcr.io/x/y:1"', 'Back-off pulling image "ghcr.io/x/y:1"'],
    ['Get "https://10.0.0.1:10250/containerLogs": dial tcp', 'Get "https://10.0.0.1:10250/containerLogs": dial tcp'],
    ['http://a:80/x and mail to b@c.example', 'http://a:80/x and mail to b@c.example'],
  ]
  for (const [text, shown] of texts) it(text.split('\n')[0]!.slice(0, 70), () => assert.equal(maskText(text), shown))

  it('in files', () => {
    assert.equal(maskFile('db:\n  user: app\n  password: hunter2 # old\n  passwordFile: /x\n  secrets:\n    - a\n"token": "x",\n'),
      'db:\n  user: app\n  password: <masked> # old\n  passwordFile: /x\n  secrets:\n    - a\n"token": "<masked>",\n')
    assert.equal(maskFile('{"user":"a","password":"b\\"c","n":1}'), '{"user":"a","password":"<masked>","n":1}')
  })

  it('on command lines', () => {
    assert.deepEqual(maskWords(['--user', 'ann', '--password', 'x', '--token', '--verbose', '-p', 'y']), ['--user', 'ann', '--password', '<masked>', '--token', '--verbose', '-p', 'y'])
  })

  it('in a pod and a ConfigMap', () => {
    const pod = {kind: 'Pod', metadata: {name: 'p'}, spec: {containers: [{name: 'c', args: ['--api-key', 'abc'], env: [{name: 'API_KEY', value: 'k'}, {name: 'EMPTY_PASSWORD', value: ''}, {name: 'X', value: 'y'}]}]}} as KubeObject
    assert.deepEqual(redact(pod, new Scrubber()), {kind: 'Pod', metadata: {name: 'p'}, spec: {containers: [{name: 'c', args: ['--api-key', '<masked>'], env: [{name: 'API_KEY', value: '<masked>'}, {name: 'EMPTY_PASSWORD', value: ''}, {name: 'X', value: 'y'}]}]}})
    const map = {kind: 'ConfigMap', metadata: {name: 'm'}, data: {'DB_PASSWORD': 'x', 'name': 'y', 'url': 'http://a:b@c/', 'app.yaml': 'a: 1\npassword: x\n'}} as KubeObject
    assert.deepEqual((redact(map, new Scrubber()) as {data?: object}).data, {'DB_PASSWORD': '<masked>', 'name': 'y', 'url': 'http://a:<masked>@c/', 'app.yaml': 'a: 1\npassword: <masked>\n'})
  })

  it('a long text takes no time', () => {
    const began = Date.now()
    for (const text of ['a'.repeat(500_000), 'password'.repeat(50_000), 'a=b&'.repeat(100_000), 'x://y:'.repeat(50_000), '-----BEGIN PRIVATE KEY-----'.repeat(5000), 'eyJ'.repeat(100_000)]) {
      maskText(`${text}=`)
      maskFile(`${text}=`)
    }
    assert.ok(Date.now() - began < 3000, `${Date.now() - began} ms`)
  })
})

describe('managedFields', () => {
  it('are reduced to who set what, and stay so', () => {
    const raw = [{manager: 'kubectl', operation: 'Apply', apiVersion: 'v1', time: '2026-01-01T00:00:00Z', fieldsType: 'FieldsV1', fieldsV1: {
      'f:metadata': {'f:labels': {'.': {}, 'f:app': {}}}, 'f:data': {'.': {}, 'f:tls.crt': {}, 'f:a': {}}, 'f:spec': {'f:replicas': {}, 'f:containers': {'k:{"name":"x"}': {'f:image': {}}}}, 'f:type': {},
    }}, {manager: 'kubelet', operation: 'Update', subresource: 'status', fieldsV1: {'f:status': {'f:phase': {}}}}]
    const reduced = [
      {manager: 'kubectl', operation: 'Apply', time: '2026-01-01T00:00:00Z', fields: ['data.a', 'data.tls.crt', 'metadata.labels', 'spec.containers', 'spec.replicas', 'type']},
      {manager: 'kubelet', operation: 'Update', subresource: 'status', fields: ['status.phase']},
    ]
    assert.deepEqual(reduceManagedFields(raw), reduced)
    assert.deepEqual(reduceManagedFields(reduced), reduced)
    assert.deepEqual(reduceManagedFields(undefined), [])
  })
})

describe('what remains', () => {
  it('is said, one line for each sort', () => {
    const {objects, logs} = clusterWith(() => 'x')
    assert.deepEqual(remains({...start, objects: objects.map(object => redact(object, new Scrubber())), logs}), [
      '2 environment values that do not look secret: PLAIN',
      '1 ConfigMap with 2 keys: cm',
      '1 log, 3 lines',
      'annotations of 1 object',
      'host names, image names, labels, names of Secrets and of their keys',
    ])
    assert.deepEqual(remains(start), [])
  })
})
