import {spawn, spawnSync} from 'node:child_process'
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parse} from 'yaml'

/**
 * Measures our plugins against kubectl in one run: the candidates take turns, so that a busy moment of the machine strikes all
 * of them. The best time is what the program needs; the median is what a person gets here and now. BENCH_KUBECONFIG and
 * BENCH_POD (with BENCH_NAMESPACE) add a pod of a real cluster, against the kubectl commands that tell a person the same.
 */
const root = join(import.meta.dirname, '..')
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 25)
const home = mkdtempSync(join(tmpdir(), 'podkit-'))
const doctor = [process.execPath, join(root, 'bin/kubectl-pod_doctor.cjs')]

const yaml = join(root, 'demo/shop.snapshot.yaml')
const json = join(home, 'shop.json')
writeFileSync(json, JSON.stringify(parse(readFileSync(yaml, 'utf8'))))

type Candidate = [name: string, ...commands: string[][]]
const offline: Candidate[] = [
  ['kubectl create deployment --dry-run=client', ['kubectl', 'create', 'deployment', 'x', '--image=y', '--dry-run=client', '-o', 'yaml']],
  ['kubectl version --client', ['kubectl', 'version', '--client']],
  ['node -e 0', [process.execPath, '-e', '0']],
  ['pod-doctor --help', [...doctor, '--help']],
  ['pod-doctor rules', [...doctor, 'rules']],
  ['pod-doctor --from FILE: one pod', [...doctor, '--from', join(root, 'test/faults/run/mysql-password-not-set/recorded.yaml')]],
  ['pod-doctor --from FILE: a shop, three faults', [...doctor, '--from', yaml]],
  ['pod-doctor --from FILE: the same as JSON', [...doctor, '--from', json]],
]

/** What a person types to learn what pod-doctor tells: three commands, one after the other. */
function live(pod: string, namespace: string): [Candidate, Candidate] {
  const where = ['-n', namespace]
  return [
    ['kubectl describe + logs -p + get events', ['kubectl', 'describe', 'pod', pod, ...where], ['kubectl', 'logs', '-p', pod, '--all-containers', ...where], ['kubectl', 'get', 'events', ...where]],
    ['pod-doctor POD', [...doctor, pod, ...where]],
  ]
}

/** Wall time of the commands, one after the other, in milliseconds. Their answers are read to the end, as by a pipe. */
async function timed(commands: string[][], env: NodeJS.ProcessEnv): Promise<number> {
  const start = performance.now()
  for (const [program = '', ...words] of commands) {
    const child = spawn(program, words, {env, stdio: ['ignore', 'pipe', 'ignore']})
    child.stdout.resume()
    await new Promise<void>((resolve, reject) => child.on('close', () => resolve()).on('error', reject))
  }
  return performance.now() - start
}

async function compare(title: string, candidates: Candidate[], kubeconfig: string): Promise<void> {
  const {NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...inherited} = process.env
  const env = {...inherited, HOME: home, KUBECONFIG: kubeconfig, NO_COLOR: '1'}
  const times = new Map(candidates.map(([name]) => [name, [] as number[]]))
  for (let round = -2; round < rounds; round++) {
    for (const [name, ...commands] of candidates) {
      const time = await timed(commands, env)
      if (round >= 0) times.get(name)!.push(time)
    }
  }
  const figures = [...times].map(([name, all]) => ({name, best: Math.min(...all), median: all.toSorted((a, b) => a - b)[all.length >> 1]!}))
  const [measure] = figures
  const width = Math.max(...figures.map(({name}) => name.length))
  const cell = (time: number, of: number) => `${time.toFixed(1).padStart(8)}  ${(time / of).toFixed(2)}`
  process.stdout.write(`${title}, ${rounds} rounds, Node ${process.version}\n${''.padEnd(width)}   best ms  ratio  median  ratio\n`)
  for (const {name, best, median} of figures) process.stdout.write(`${name.padEnd(width)}  ${cell(best, measure!.best)}  ${cell(median, measure!.median)}\n`)
}

/** How many requests each side sends: ours are counted by a preloaded script, kubectl tells its own with -v=6. */
async function countRequests([[, ...theirs], [, ours = []]]: [Candidate, Candidate], kubeconfig: string): Promise<string> {
  const counted = join(home, 'requests')
  const env = {...process.env, HOME: home, KUBECONFIG: kubeconfig}
  await timed([ours], {...env, NODE_OPTIONS: `--require ${join(root, 'bench/count-requests.cjs')}`, REQUESTS: counted})
  const lines = theirs.map(([program = '', ...words]) => spawnSync(program, [...words, '-v=6'], {env, encoding: 'utf8'}).stderr.split('\n').filter(line => /\bGET\b/.test(line)).length)
  return `requests: kubectl ${lines.join(' + ')}, pod-doctor ${readFileSync(counted, 'utf8')}\n`
}

await compare('Offline', offline, join(home, 'none'))
const {BENCH_KUBECONFIG: kubeconfig, BENCH_POD: pod, BENCH_NAMESPACE: namespace = 'default'} = process.env
if (kubeconfig !== undefined && pod !== undefined) {
  const candidates = live(pod, namespace)
  await compare('\nOne pod of a cluster', candidates, kubeconfig)
  process.stdout.write(await countRequests(candidates, kubeconfig))
}
