import assert from 'node:assert/strict'
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, readdirSync, readFileSync, readlinkSync} from 'node:fs'
import {join} from 'node:path'
import {startLab, type Lab} from './lab.js'
import {identify, isAlive, pause, until, type ProcessId} from './processes.js'

/** What is on this machine and could grow. */
const traces = () => ['/run', '/run/netns', '/var/lib', '/var/lib/cni', '/var/lib/kubelet', '/var/log', '/var/log/pods', '/usr/libexec', '/etc', '/opt', '/mnt', '/sys/fs/cgroup/memory', '/sys/fs/cgroup']
  .map(folder => `${folder}: ${existsSync(folder) ? readdirSync(folder).filter(name => !name.startsWith('podkit-')).join(' ') : ''}`)
const cgroups = (name: string) => readdirSync('/sys/fs/cgroup').map(hierarchy => `/sys/fs/cgroup/${hierarchy}/podkit-${name}`).filter(existsSync)

/** All processes of the machine in the process namespace of another. */
function housemates({pid}: ProcessId): ProcessId[] {
  const space = (of: string) => {
    try { return readlinkSync(`/proc/${of}/ns/pid`) } catch { return '' }
  }
  const own = space(String(pid))
  return readdirSync('/proc').filter(name => /^\d+$/.test(name) && space(name) === own).map(name => identify(Number(name)))
}

async function abandoned(name: string): Promise<{child: ChildProcess, folder: string, inside: ProcessId[]}> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'abandoned.ts'), name], {stdio: ['ignore', 'pipe', 'inherit']})
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data') as [string]
  const folder = line.trim()
  const {processes} = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as {processes: ProcessId[]}
  return {child, folder, inside: housemates(processes[0]!)}
}

/** Events of a pod, as `reason: message`. */
async function eventsOf(lab: Lab, pod: string): Promise<string[]> {
  const {items} = await lab.get<{items: {reason: string, message: string}[]}>(`/api/v1/namespaces/default/events?fieldSelector=involvedObject.name=${pod}`) ?? {items: []}
  return items.map(({reason, message}) => `${reason}: ${message}`)
}
const saying = (lab: Lab, pod: string, words: RegExp) => until(`an event of ${pod} like ${words}`, 40, async () => (await eventsOf(lab, pod)).find(event => words.test(event)), 200)
const reaching = (lab: Lab, pod: string, phase: string) => until(`${pod} to be ${phase}`, 40,
  async () => (await lab.get<{status: {phase: string}}>(`/api/v1/namespaces/default/pods/${pod}`))?.status.phase === phase, 200)

describe('the lab', function () {
  if (process.env['TEST_KUBECONFIG']) return
  this.timeout(120_000)
  const untouched = traces()
  let one: Lab
  let two: Lab
  let dead: Awaited<ReturnType<typeof abandoned>>

  before('a lab whose owner is killed, then two side by side', async () => {
    dead = await abandoned(`dead-${process.pid}`)
    assert.ok(dead.inside.length > 10, 'the lab runs')
    dead.child.kill('SIGKILL')
    await once(dead.child, 'exit')
    await until('every process of the killed owner\'s lab to end by itself', 5, () => !dead.inside.some(isAlive))
    assert.ok(existsSync(dead.folder))
    const told: string[] = []
    one = await startLab({say: line => told.push(line)})
    assert.ok(told.some(line => line.includes(`dead-${process.pid}`)), told.join('\n'))
    two = await startLab()
  })
  after(() => Promise.all([one, two].map(lab => lab?.down())))

  it('is cleaned up by the next start when its owner was killed', () => {
    assert.ok(!existsSync(dead.folder))
    assert.deepEqual(cgroups(`dead-${process.pid}`), [])
  })

  it('runs pods, two labs side by side', async () => {
    await Promise.all([one, two].map(async lab => {
      await lab.kubectl(['run', 'worker', '--image=shop/worker:1.0'])
      await reaching(lab, 'worker', 'Running')
    }))
    await one.kubectl(['delete', 'pod', 'worker', '--force'])
    assert.ok(await two.get('/api/v1/namespaces/default/pods/worker'))
  })

  const answers = {
    'hub/secret:1': /pull access denied, repository does not exist or may require authorization: server message: insufficient_scope/,
    'shop/api:9.9': /docker.io\/shop\/api:9.9: not found/,
    'limited/api:1': /429 Too Many Requests/,
    'forbidden/api:1': /403 Forbidden/,
    'broken/api:1': /500 Internal Server Error/,
    'registry.shop.example/private/api:1.4.2': /401 Unauthorized/,
    'registry.internal.example/shop/api:1.4.2': /x509: certificate signed by unknown authority/,
    'plain.shop.example:5000/shop/api:1.4.2': /server gave HTTP response to HTTPS client/,
    'nosuch.example/api:1': /no such host/,
    'broken.example/api:1': /server misbehaving/,
    'registry.shop.example:444/api:1': /connection refused/,
    'shop/armonly:1.0': /no match for platform/,
  }
  it('has a registry that fails in every way', async () => {
    await Promise.all(Object.entries(answers).map(async ([image, words], i) => {
      await one.kubectl(['run', `pull-${i}`, `--image=${image}`])
      await saying(one, `pull-${i}`, words)
    }))
  })

  it('pulls from the private registry with a login', async () => {
    await one.exec(`kubectl create secret docker-registry login --docker-server=registry.shop.example --docker-username=robot --docker-password=letmein
      kubectl run private --image=registry.shop.example/private/api:1.4.2 --overrides='{"spec": {"imagePullSecrets": [{"name": "login"}]}}'`)
    await reaching(one, 'private', 'Running')
  })

  it('resolves the names of Services', async () => {
    await one.exec('kubectl create deployment web --image=nginx:1.27; kubectl expose deployment web --port=80; kubectl rollout status deployment/web --timeout=60s')
    await one.kubectl(['run', 'client', '--image=busybox:1.36', '--restart=Never', '--', 'sh', '-c', 'sleep 1; wget -qO- http://web && ! wget -qO- http://wob'])
    await reaching(one, 'client', 'Succeeded')
    assert.match((await one.kubectl(['logs', 'client'])).stdout, /Welcome to nginx/)
  })

  it('kills what goes over its memory limit', async () => {
    const container = {name: 'greedy', image: 'busybox:1.36', command: ['tail', '/dev/zero'], resources: {limits: {memory: '16Mi'}}}
    await one.kubectl(['apply', '-f', '-'], {input: JSON.stringify({apiVersion: 'v1', kind: 'Pod', metadata: {name: 'greedy'}, spec: {containers: [container]}})})
    type Pod = {status: {containerStatuses?: {lastState: {terminated?: {reason: string}}}[]}}
    await until('OOMKilled', 30, async () => (await one.get<Pod>('/api/v1/namespaces/default/pods/greedy'))?.status.containerStatuses?.[0]?.lastState.terminated?.reason === 'OOMKilled', 200)
  })

  it('has a user without rights', async () => {
    const {stderr, code} = await one.kubectl(['get', 'pods'], {allowFailure: true, env: {KUBECONFIG: one.kubeconfigOf('viewer')}})
    assert.deepEqual([code, stderr], [1, 'Error from server (Forbidden): pods is forbidden: User "viewer" cannot list resource "pods" in API group "" in the namespace "default"\n'])
  })

  it('takes nodes without a kubelet', async () => {
    await one.addNode({name: 'gpu-1', labels: {disktype: 'ssd'}, cpu: '2', extended: {'nvidia.com/gpu': '2'}, taints: [{key: 'dedicated', value: 'gpu', effect: 'NoSchedule'}], conditions: {DiskPressure: 'True'}})
    await one.kubectl(['run', 'picky', '--image=busybox:1.36', '--overrides={"spec": {"nodeSelector": {"disktype": "ssd"}}}'])
    assert.match(await saying(one, 'picky', /^FailedScheduling/), /1 node\(s\) had untolerated taint/)
    await one.removeNodes(['gpu-1'])
    assert.equal(await one.get('/api/v1/nodes/gpu-1'), undefined)
  })

  it('has the plugins on PATH', async () => {
    assert.match((await one.kubectl(['plugin', 'list'], {allowFailure: true})).stdout, /kubectl-pod_doctor/)
    assert.equal((await one.exec('exit 7', {allowFailure: true})).code, 7)
  })

  it('denies pods by a webhook', async () => {
    const webhook = {
      name: 'team.shop.example', sideEffects: 'None', admissionReviewVersions: ['v1'], clientConfig: {url: 'https://127.0.0.1:9443/', caBundle: two.authorityBase64},
      rules: [{apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods']}],
    }
    await two.kubectl(['apply', '-f', '-'], {input: JSON.stringify({apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: {name: 'team'}, webhooks: [webhook]})})
    const denied = await until('a pod to be denied', 10, async () => {
      const {stderr, code} = await two.kubectl(['run', `pod-${Date.now()}`, '--image=busybox:1.36'], {allowFailure: true})
      return code === 1 && stderr
    }, 300)
    assert.match(denied, /admission webhook "team.shop.example" denied the request: label "team" is required/)
  })

  it('ends in order at every signal', async () => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    const labs = await Promise.all(signals.map(signal => abandoned(`${signal.toLowerCase()}-${process.pid}`)))
    await Promise.all(labs.map(async ({child, folder, inside}, i) => {
      child.kill(signals[i])
      const [, signal] = await once(child, 'exit') as [number, string]
      assert.equal(signal, signals[i])
      assert.ok(!existsSync(folder) && !inside.some(isAlive))
      assert.deepEqual(cgroups(`${signal.toLowerCase()}-${process.pid}`), [])
    }))
  })

  it('leaves nothing behind', async () => {
    const labs = [one, two].map(lab => ({lab, inside: housemates((JSON.parse(readFileSync(join(lab.folder, 'owner.json'), 'utf8')) as {processes: [ProcessId]}).processes[0])}))
    assert.ok(labs.every(({inside}) => inside.length > 10))
    const job = one.exec('sleep 1000', {allowFailure: true})
    await pause(100)
    await Promise.all([one.down(), two.down()])
    await job
    for (const {lab, inside} of labs) {
      assert.deepEqual([inside.filter(isAlive), cgroups(lab.name), existsSync(lab.folder)], [[], [], false])
      assert.ok(!readFileSync('/proc/mounts', 'utf8').includes(lab.folder))
    }
    assert.deepEqual(traces(), untouched)
  })
})
