import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {diagnose} from '../src/doctor/diagnose.js'
import {text} from '../src/doctor/report/text.js'
import {rules} from '../src/doctor/rules/index.js'
import type {Diagnosis, Snapshot} from '../src/doctor/types.js'
import type {Pod} from '../src/kube/types.js'
import {readSnapshot} from './support/snapshot.js'

const root = join(import.meta.dirname, 'faults')
const live = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(file => /(?:^|\/)live(?:-[^/]*)?\.yaml$/.test(file)).sort()
const recorded = readdirSync(root, {recursive: true, encoding: 'utf8'}).filter(file => /(?:^|\/)(?:live|recorded)(?:-[^/]*)?\.yaml$/.test(file)).sort()
const read = (file: string) => readSnapshot(join(root, file))
const judged = (snapshot: Snapshot): Diagnosis => diagnose(snapshot, rules).diagnosis
const accusedIn = ({causes: [first]}: Diagnosis) => first && {...first.finding.culprit, part: undefined}
const isWarning = (file: string) => rules.find(({id}) => id === basename(dirname(file)))?.severity === 'warning'

/** What a diagnosis must never do, and what other tools were seen doing, over every fault that was recorded on a cluster. */
describe('claims', () => {
  describe('no sick pod is called sound, with events or without', () => {
    for (const file of recorded.filter(file => !isWarning(file))) {
      it(file, () => {
        const snapshot = read(file)
        for (const objects of [snapshot.objects, snapshot.objects.filter(({kind}) => kind !== 'Event')]) assert.notEqual(judged({...snapshot, objects}).verdict, 'sound')
      })
    }
  })

  // That the cause is still found is a matter of the cluster tests: a recording is pruned to what it needs with its events.
  describe('without events nobody else is accused', () => {
    for (const file of live) {
      it(file, () => {
        const snapshot = read(file)
        const [before, after] = [snapshot.objects, snapshot.objects.filter(({kind}) => kind !== 'Event')].map(objects => accusedIn(judged({...snapshot, objects})))
        assert.notEqual(before, undefined)
        const make = readFileSync(join(root, file.replace(/live([^/]*)$/, 'make$1')), 'utf8')
        if (after !== undefined && !/^# events-needed: /m.test(make)) assert.deepEqual(after, before)
      })
    }
  })

  describe('137 is called OOM only where the kubelet says so', () => {
    for (const file of live) {
      const snapshot = read(file)
      const killed = JSON.stringify(snapshot.objects)
      if (!killed.includes('"exitCode":137') || killed.includes('OOMKilled')) continue
      it(file, () => {
        for (const {finding} of judged(snapshot).causes) assert.doesNotMatch(finding.summary, /out of memory|memory limit of/i)
      })
    }
  })

  describe('the first real error of the log stands in the headline', () => {
    /** [lines of the log, the line that must be quoted] */
    const logs: [string[], string][] = [
      [['INFO starting', 'FATAL: invalid value "80x8" for listen_port', 'INFO bye'], 'invalid value "80x8" for listen_port'],
      [['starting', 'Traceback (most recent call last):', '  File "/app/a.py", line 3, in <module>', '    raise KeyError("REGION")', "KeyError: 'REGION'"], "KeyError: 'REGION'"],
      [['WARN retrying in 1s', 'panic: assignment to entry in nil map', '', 'goroutine 1 [running]:', 'main.main()'], 'assignment to entry in nil map'],
    ]
    for (const [lines, words] of logs) {
      it(words, () => {
        const summary = judged(crashing(lines)).causes[0]?.finding.summary ?? ''
        assert.ok(summary.includes(words), summary)
      })
    }
  })

  it('a Ready pod that was named: what its log repeats is a warning, and changes no verdict', () => {
    const {verdict, causes: [first]} = judged(read('run/log-repeats-error/live.yaml'))
    assert.deepEqual([verdict, first?.finding.severity], ['sound', 'warning'])
  })

  describe('dependencies are followed, what exists is listed, near misses are offered', () => {
    /** [case, words of the headline that the failing pod itself does not know] */
    const cases: [string, ...string[]][] = [
      ['run/host-not-resolved/live.yaml', 'does not exist', 'does'], ['run/connection-refused/live.yaml', 'selects', 'have'],
      ['volume/volume-configmap-missing/recorded.yaml', 'does not exist', '; "'], ['create/secret-key-missing/recorded.yaml', 'it has'],
    ]
    for (const [file, ...words] of cases) {
      it(file, () => {
        const summary = judged(read(file)).causes[0]?.finding.summary ?? ''
        for (const word of words) assert.ok(summary.includes(word), summary)
      })
    }
  })

  it('the newest failing pod of the newest revision is the patient, old healthy pods do not hide it', () => {
    const snapshot = crashing(['FATAL: no queue'])
    const deployment = {apiVersion: 'apps/v1', kind: 'Deployment', metadata: {name: 'app', namespace: 'shop', uid: 'd', generation: 2}, spec: {replicas: 1, selector: {matchLabels: {app: 'app'}}},
      status: {observedGeneration: 2, replicas: 2, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1}}
    const sets = [1, 2].map(revision => ({apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: {name: `app-${revision}`, namespace: 'shop', uid: `rs${revision}`, labels: {app: 'app'},
      annotations: {'deployment.kubernetes.io/revision': String(revision)}, ownerReferences: [{apiVersion: 'apps/v1', kind: 'Deployment', name: 'app', uid: 'd', controller: true}]}}))
    const owned = (pod: Pod, name: string, revision: number): Pod => ({...pod, metadata: {...pod.metadata, name, uid: name, labels: {app: 'app'},
      ownerReferences: [{apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `app-${revision}`, uid: `rs${revision}`, controller: true}]}})
    const [sick] = snapshot.objects as [Pod]
    const well = {...sick, status: {phase: 'Running', conditions: [{type: 'Ready', status: 'True'}],
      containerStatuses: [{name: 'app', ready: true, restartCount: 0, image: 'x', imageID: 'x', state: {running: {startedAt: '2026-03-01T10:00:00Z'}}}]}} as Pod
    const objects = [deployment, ...sets, owned(well, 'app-1-aaaaa', 1), owned(sick, 'app-2-bbbbb', 2)] as Snapshot['objects']
    const reads = ['Pod', 'ReplicaSet', 'Event'].map(list => ({list, namespace: 'shop', outcome: 'read'})) as unknown as Snapshot['reads']
    const {causes, verdict} = judged({...snapshot, targets: [{kind: 'Deployment', name: 'app', namespace: 'shop'}], objects, reads})
    assert.deepEqual([verdict, causes.map(({affected}) => affected.map(({name}) => name))], ['faulty', [['app-2-bbbbb']]])
  })

  describe('no age is reckoned from the year 1970', () => {
    for (const file of live.filter(file => readFileSync(join(root, file), 'utf8').includes('1970-01-01'))) {
      it(file, () => {
        const snapshot = read(file)
        assert.doesNotMatch(text(judged(snapshot), snapshot).split('EVIDENCE')[0]!, /1970|\b\d{5}d\b|\b5\d{3,}d|\b20\d{3}d/)
      })
    }
  })

  it('hygiene is no fault: a pod without limits, requests and probes that runs as root is sound, and nothing is said', () => {
    const snapshot = readSnapshot(join(import.meta.dirname, 'healthy/deployment.yaml'))
    for (const object of snapshot.objects) {
      if (object.kind !== 'Pod') continue
      for (const container of (object as Pod).spec!.containers) for (const field of ['resources', 'livenessProbe', 'readinessProbe', 'startupProbe', 'securityContext'] as const) delete container[field]
    }
    const {verdict, causes, consequences} = judged(snapshot)
    assert.deepEqual([verdict, causes, consequences], ['sound', [], []])
  })

  it('every recorded fault has the manifest that makes it', () => {
    for (const file of live) assert.ok(existsSync(join(root, file.replace(/live([^/]*)$/, 'make$1'))), file)
  })
})

/** A pod whose only container has ended with these lines. */
function crashing(lines: string[]): Snapshot {
  const takenAt = '2026-03-02T10:15:00Z'
  const pod = {
    apiVersion: 'v1', kind: 'Pod', metadata: {name: 'app', namespace: 'shop', uid: 'u', creationTimestamp: '2026-03-02T10:00:00Z'},
    spec: {nodeName: 'node-1', containers: [{name: 'app', image: 'app:1'}]},
    status: {phase: 'Running', conditions: [{type: 'Ready', status: 'False'}], containerStatuses: [{name: 'app', ready: false, restartCount: 3, image: 'app:1', imageID: 'x',
      state: {waiting: {reason: 'CrashLoopBackOff'}}, lastState: {terminated: {exitCode: 1, reason: 'Error', startedAt: '2026-03-02T10:14:00Z', finishedAt: '2026-03-02T10:14:01Z'}}}]},
  }
  return {apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt, targets: [{kind: 'Pod', name: 'app', namespace: 'shop'}], objects: [pod as never], reads: [],
    logs: [{namespace: 'shop', pod: 'app', container: 'app', previous: true, text: lines.join('\n')}]}
}
