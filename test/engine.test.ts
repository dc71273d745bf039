import assert from 'node:assert/strict'
import {Cluster} from '../src/doctor/cluster.js'
import {diagnose} from '../src/doctor/diagnose.js'
import type {Patient} from '../src/doctor/patient.js'
import {defineRule, type Rule} from '../src/doctor/rule.js'
import type {Read, Snapshot, Symptom} from '../src/doctor/types.js'
import type {KubeObject} from '../src/kube/types.js'

const NOW = '2026-03-01T10:00:00Z'
const snapshotOf = (objects: KubeObject[], more: Partial<Snapshot> = {}): Snapshot => ({
  apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: NOW, targets: [{kind: 'Namespace', name: 'shop'}], objects, logs: [],
  reads: ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Event'].map(list => ({list, namespace: 'shop', outcome: 'read'}) as Read), ...more,
})

interface Shape {name?: string, state?: object, lastState?: object, ready?: boolean, restarts?: number, controller?: string}
const podOf = ({name = 'web', state = {waiting: {reason: 'Odd'}}, lastState, ready = false, restarts = 0, controller}: Shape = {}): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: {name, namespace: 'shop', uid: `uid-${name}`, ...(controller && {ownerReferences: [{apiVersion: 'apps/v1', kind: 'ReplicaSet', name: controller, uid: `uid-${controller}`, controller: true}]})},
  spec: {nodeName: 'n1', containers: [{name: 'a', image: 'a:1'}]},
  status: {phase: 'Running', conditions: [{type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: '2026-03-01T09:00:00Z'}],
    containerStatuses: [{name: 'a', ready, restartCount: restarts, state, ...(lastState && {lastState}), image: 'a:1', imageID: ''}]},
} as KubeObject)

const symptom = (more: Partial<Symptom> = {}): Symptom => ({container: 'a', summary: 'Something.', evidence: [], fixes: [], culprit: {kind: 'Secret', name: 'x'}, ...more})
const rule = (id: string, phase: Rule['phase'], check: (name: string) => Symptom[], more: Partial<Rule> = {}): Rule =>
  defineRule({id, phase, severity: 'error', heals: 'never', title: id, explain: id, ...more, * check(patient: Patient) { yield* check(patient.ref.name) }} as never)
const causesOf = (snapshot: Snapshot, rules: Rule[]) => diagnose(snapshot, rules).diagnosis.causes.map(({finding}) => finding.rule)

const hoursAgo = {running: {startedAt: '2026-03-01T07:00:00Z'}}
const minutesAgo = {running: {startedAt: '2026-03-01T09:50:00Z'}}
const killed = {terminated: {exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-03-01T06:59:00Z'}}

describe('engine', () => {
  it('the earlier station explains the later one on the same container, and says so as a consequence', () => {
    const {diagnosis} = diagnose(snapshotOf([podOf()]), [rule('crash', 'run', () => [symptom()]), rule('image', 'image', () => [symptom()])])
    assert.deepEqual([diagnosis.causes.map(({finding}) => finding.rule), diagnosis.consequences.map(({rule}) => rule)], [['image'], ['crash']])
  })

  it('two faults of which neither explains the other are both causes, the one that strikes first on top', () => {
    const rules = [rule('crash', 'run', () => [symptom({container: 'b'})]), rule('image', 'image', () => [symptom({container: 'a'})])]
    assert.deepEqual(causesOf(snapshotOf([podOf()]), rules), ['image', 'crash'])
  })

  it('a fault of the pod as a whole explains what its containers lack', () => {
    assert.deepEqual(causesOf(snapshotOf([podOf()]), [rule('node', 'node', () => [{...symptom(), container: undefined!}]), rule('crash', 'run', () => [symptom()])]), ['node'])
  })

  it('a warning explains nothing and makes no pod faulty', () => {
    const {diagnosis} = diagnose(snapshotOf([podOf()]), [rule('hint', 'image', () => [symptom()], {severity: 'warning'}), rule('crash', 'run', () => [])])
    assert.deepEqual([diagnosis.verdict, diagnosis.causes.length], ['inconclusive', 1])
  })

  it('the narrow finding silences the broad one about the same container and part, and nothing else', () => {
    const broad = rule('broad', 'run', () => [symptom(), symptom({container: 'b'}), symptom({about: 'livenessProbe'})])
    const narrow = rule('narrow', 'run', () => [symptom({about: 'readinessProbe'})], {refines: 'broad'})
    const {diagnosis} = diagnose(snapshotOf([podOf()]), [broad, narrow])
    assert.deepEqual(diagnosis.suppressed.map(({finding, by}) => [finding.rule, finding.about, by]), [['broad', undefined, 'narrow']])
    assert.equal(diagnosis.causes.length, 2, 'the broad one about another container or probe stays')
  })

  it('forty pods with one culprit are one cause; of one template in one state three are examined', () => {
    const pods = Array.from({length: 40}, (_, i) => podOf({name: `web-${i}`, controller: 'web-5d'}))
    const seen: string[] = []
    const {diagnosis} = diagnose(snapshotOf(pods), [rule('secret', 'create', name => { seen.push(name); return [symptom()] })])
    assert.deepEqual([diagnosis.causes.length, diagnosis.causes[0]?.affected.length, seen.length], [1, 40, 3])
    assert.deepEqual(diagnosis.causes[0]?.affected.slice(0, 3).map(({name}) => name), ['web-0', 'web-1', 'web-2'])
  })

  it('one culprit behind two owners needs the fix of each, and says once what is the same for both', () => {
    const fixes = (name: string) => [{action: `Change ${name}`, commands: [['kubectl', 'scale', `deployment/${name}`, '--replicas=0']]}, {action: 'Make the Secret'}]
    const {diagnosis} = diagnose(snapshotOf([podOf({name: 'api'}), podOf({name: 'web'})]), [rule('secret', 'create', name => [symptom({fixes: fixes(name)})])])
    assert.deepEqual(diagnosis.causes[0]?.finding.fixes.map(({action, also}) => [action, also]), [['Change api', undefined], ['Change web', true], ['Make the Secret', undefined]])
  })

  it('a rule that throws takes no other with it', () => {
    const {diagnosis} = diagnose(snapshotOf([podOf()]), [rule('bad', 'image', () => { throw new Error('oops') }), rule('good', 'run', () => [symptom()])])
    assert.deepEqual([diagnosis.broken, diagnosis.verdict], [[{rule: 'bad', error: 'Error: oops'}], 'faulty'])
  })

  const crash = rule('oom', 'run', () => [symptom()])
  /** [what, pod, verdict, history] */
  const times: [string, Shape, string][] = [
    ['ready for hours since the crash: history, no part of the verdict', {ready: true, restarts: 3, state: hoursAgo, lastState: killed}, 'sound'],
    ['ready, but restarted ten minutes ago: going on', {ready: true, restarts: 3, state: minutesAgo, lastState: killed}, 'faulty'],
    ['running and not ready: going on', {ready: false, restarts: 1, state: hoursAgo, lastState: killed}, 'faulty'],
    ['down between two tries: going on', {restarts: 3, state: killed}, 'faulty'],
    ['never restarted and ready: sound', {ready: true, state: minutesAgo}, 'sound'],
  ]
  for (const [what, shape, verdict] of times) {
    it(what, () => assert.equal(diagnose(snapshotOf([podOf(shape)]), [crash]).diagnosis.verdict, verdict))
  }

  it('a sound pod that was named has its past told, and nothing else', () => {
    const snapshot = snapshotOf([podOf({ready: true, restarts: 3, state: hoursAgo, lastState: killed})], {targets: [{kind: 'Pod', name: 'web', namespace: 'shop'}]})
    const {diagnosis} = diagnose(snapshot, [crash, rule('other', 'ready', () => [{...symptom(), container: undefined!}])])
    assert.deepEqual([diagnosis.verdict, diagnosis.causes, diagnosis.history.map(({rule}) => rule)], ['sound', [], ['oom']])
    assert.ok(diagnosis.history[0]?.evidence.some(fact => 'value' in fact && fact.value === '2026-03-01T06:59:00Z'), 'with its time')
  })

  it('what is over is history beside what is going on', () => {
    const pod = podOf({ready: true, restarts: 3, state: hoursAgo, lastState: killed}) as {spec: {containers: object[]}, status: {containerStatuses: object[], conditions: object[]}}
    pod.spec.containers.push({name: 'b', image: 'b:1'})
    pod.status.containerStatuses.push({name: 'b', ready: false, restartCount: 0, state: {waiting: {reason: 'ErrImagePull'}}})
    const {diagnosis} = diagnose(snapshotOf([pod as KubeObject]), [rule('oom', 'run', () => [symptom()]), rule('image', 'image', () => [symptom({container: 'b'})])])
    assert.deepEqual([diagnosis.causes.map(({finding}) => finding.rule), diagnosis.history.map(({rule}) => rule)], [['image'], ['oom']])
  })
})

describe('verdicts', () => {
  const named = {targets: [{kind: 'Pod', name: 'wob', namespace: 'shop'}]}

  it('sick without a rule that knows why is inconclusive', () => assert.equal(diagnose(snapshotOf([podOf()]), []).diagnosis.verdict, 'inconclusive'))

  it('a pod that is not there has neighbours and namesakes', () => {
    const start = snapshotOf([podOf({name: 'web'})], named)
    const first = diagnose(start, [])
    assert.deepEqual(first.diagnosis.missing, [{target: named.targets[0], nearest: ['web'], elsewhere: []}])
    assert.deepEqual(first.asks, [{list: 'Pod', fieldSelector: 'metadata.name=wob', metadataOnly: true}])
    const elsewhere = {kind: 'Pod', metadata: {name: 'wob', namespace: 'stage'}, metadataOnly: true as const}
    const second = diagnose({...start, objects: [...start.objects, elsewhere], reads: [...start.reads, {...first.asks[0]!, outcome: 'read'}]}, [])
    assert.deepEqual(second.diagnosis.missing[0]?.elsewhere, ['stage'])
    assert.equal(second.diagnosis.verdict, 'unknown')
  })

  it('a pod that nobody may read is unknown, not sound and not absent', () => {
    const {diagnosis} = diagnose(snapshotOf([], {...named, reads: [{get: 'Pod', name: 'wob', namespace: 'shop', outcome: 'forbidden', message: 'no'}]}), [])
    assert.deepEqual([diagnosis.verdict, diagnosis.missing, diagnosis.unread.length], ['unknown', [], 1])
  })

  it('pods that are well do not make a namespace sound whose workloads could not be listed', () => {
    const snapshot = snapshotOf([podOf({ready: true, state: hoursAgo})])
    const reads = snapshot.reads.map(read => 'list' in read && read.list === 'Deployment' ? {...read, outcome: 'forbidden' as const} : read)
    assert.equal(diagnose({...snapshot, reads}, []).diagnosis.verdict, 'unknown')
  })

  it('a failed pod that has been replaced is a corpse, not a patient', () => {
    const set = {kind: 'ReplicaSet', metadata: {name: 'web-5d', namespace: 'shop', uid: 'uid-web-5d'}, spec: {replicas: 1}, status: {replicas: 1, readyReplicas: 1}} as KubeObject
    const corpse = podOf({name: 'web-old', controller: 'web-5d'}) as {status: object}
    corpse.status = {phase: 'Failed', reason: 'Evicted'}
    assert.equal(diagnose(snapshotOf([set, corpse as KubeObject, podOf({ready: true, state: hoursAgo, controller: 'web-5d'})]), []).diagnosis.verdict, 'sound')
  })
})

describe('lookups have three answers', () => {
  const secret = (more: object = {}): KubeObject => ({kind: 'Secret', metadata: {name: 's', namespace: 'shop'}, ...more})
  const find = (snapshot: Partial<Snapshot>) => {
    const cluster = new Cluster(snapshotOf([], snapshot))
    return [cluster.find('Secret', 's', 'shop'), cluster.asks.length] as const
  }
  it('held: the object', () => assert.equal(find({objects: [secret()]})[0]?.metadata?.name, 's'))
  it('asked for and absent: null', () => assert.deepEqual(find({reads: [{get: 'Secret', name: 's', namespace: 'shop', outcome: 'absent'}]}), [null, 0]))
  it('not in a whole list: null', () => assert.deepEqual(find({reads: [{list: 'Secret', namespace: 'shop', metadataOnly: true, outcome: 'read'}]}), [null, 0]))
  it('not in a selected list: nobody knows, and it is asked for', () => assert.deepEqual(find({reads: [{list: 'Secret', namespace: 'shop', labelSelector: 'a=b', outcome: 'read'}]}), [undefined, 1]))
  it('in a list of metadata only: it is asked for whole', () => assert.deepEqual(find({objects: [secret({metadataOnly: true})], reads: [{list: 'Secret', namespace: 'shop', metadataOnly: true, outcome: 'read'}]}), [undefined, 1]))
  it('refused: undefined, and not asked for again', () => assert.deepEqual(find({reads: [{get: 'Secret', name: 's', namespace: 'shop', outcome: 'forbidden'}]}), [undefined, 0]))
  it('never looked for: undefined, and asked for', () => assert.deepEqual(find({reads: []}), [undefined, 1]))
  it('read, but not in the file any more: undefined', () => assert.deepEqual(find({reads: [{get: 'Secret', name: 's', namespace: 'shop', outcome: 'read'}]}), [undefined, 0]))
})
