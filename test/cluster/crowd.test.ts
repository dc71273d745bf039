import assert from 'node:assert/strict'
import type {Diagnosis} from '../../src/doctor/types.js'
import {readFaults, type Fault} from './directives.js'
import {makeLive, type Patient} from './live-fault.js'
import {pause} from './processes.js'
import {endSharedCluster, sharedCluster, type SharedCluster} from './shared.js'

/** Twelve faults of all phases, beside each other in one cluster. */
const TWELVE = [
  'admit/quota-exceeded/make.yaml', 'schedule/node-affinity-not-matched/make.yaml', 'schedule/insufficient-resources/make.yaml', 'volume/volume-configmap-missing/make.yaml',
  'image/image-not-found/make.yaml', 'create/secret-key-missing/make.yaml', 'create/command-not-found/make.yaml', 'run/oom-killed/make.yaml', 'run/mysql-password-not-set/make.yaml',
  'run/container-exited/make.yaml', 'ready/probe-wrong-port/make.yaml', 'admit/service-account-missing/make.yaml',
]

const SOUND = `apiVersion: apps/v1
kind: Deployment
metadata: {name: sound}
spec:
  replicas: 30
  selector: {matchLabels: {app: sound}}
  template:
    metadata: {labels: {app: sound}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: sound, image: "busybox:1.36", command: [sleep, "3600"]}]}
`

const FORTY = `apiVersion: apps/v1
kind: Deployment
metadata: {name: forty}
spec:
  replicas: 40
  selector: {matchLabels: {app: forty}}
  template:
    metadata: {labels: {app: forty}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: forty, image: "busybox:1.36", command: [sleep, "3600"], envFrom: [{secretRef: {name: api-tokens}}]}]}
`

/** Workloads without a single pod: by a quota, and by a ServiceAccount that does not exist. */
const EMPTY = `apiVersion: v1
kind: ResourceQuota
metadata: {name: none-left}
spec: {hard: {pods: "0"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: refused}
spec:
  selector: {matchLabels: {app: refused}}
  template: {metadata: {labels: {app: refused}}, spec: {containers: [{name: refused, image: "busybox:1.36"}]}}
`
const ORPHANS = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ledger}
spec:
  serviceName: ledger
  selector: {matchLabels: {app: ledger}}
  template: {metadata: {labels: {app: ledger}}, spec: {serviceAccountName: ledgr, containers: [{name: ledger, image: "busybox:1.36"}]}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec: {template: {spec: {serviceAccountName: migrator, restartPolicy: Never, containers: [{name: migrate, image: "busybox:1.36"}]}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: ledger}
`

const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shopfronts.crowd.example}
spec:
  group: crowd.example
  scope: Namespaced
  names: {plural: shopfronts, singular: shopfront, kind: Shopfront, shortNames: [sf]}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`
/** What an operator has made: a Deployment that belongs to an object of its own kind. */
const ownedBy = (uid: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: front, ownerReferences: [{apiVersion: crowd.example/v1, kind: Shopfront, name: front, uid: ${uid}, controller: true}]}
spec:
  selector: {matchLabels: {app: front}}
  template: {metadata: {labels: {app: front}}, spec: {containers: [{name: front, image: "busybox:1.36", envFrom: [{configMapRef: {name: front-confg}}]}]}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: front-config}
data: {REGION: eu}
`

describe('a crowd of pods', function () {
  this.timeout(600_000)
  let cluster: SharedCluster
  const patients: Patient[] = []
  const spaces: string[] = []
  const apply = async (namespace: string, manifest: string) => {
    spaces.push(namespace)
    await cluster.kubectl(['create', 'namespace', namespace])
    await cluster.kubectl(['apply', '-f', '-'], {namespace, input: manifest})
  }
  const doctor = async (...words: string[]) => cluster.kubectl(['pod-doctor', ...words], {timeout: 120, allowFailure: true})
  const diagnosisOf = async (...words: string[]) => JSON.parse((await doctor(...words, '-o', 'json')).stdout) as Diagnosis
  const until = async (what: string, done: () => Promise<boolean>) => {
    for (const began = Date.now(); !await done();) {
      if (Date.now() - began > 240_000) throw new Error(`${what} took too long`)
      await pause(1500)
    }
  }

  before(async () => {
    cluster = await sharedCluster()
    const twelve = TWELVE.map(path => readFaults([path])[0]!)
    await apply('crowd-sound', SOUND)
    await cluster.exec('kubectl -n crowd-sound rollout status deployment/sound --timeout=240s', {timeout: 300})
    await Promise.all(twelve.map(async (fault: Fault) => patients.push(await makeLive(cluster, fault, {authorityBase64: cluster.authorityBase64}))))
  })
  after(async () => {
    await Promise.all(patients.map(patient => patient.end()))
    for (const space of spaces) await cluster.kubectl(['delete', 'namespace', space, '--wait=false'], {allowFailure: true})
    await endSharedCluster()
  })

  it('-A: twelve faults among thirty sound pods are twelve causes, and nothing is said about the sound', async () => {
    let diagnosis = await diagnosisOf('-A')
    const unnamed = () => patients.filter(({namespace, fault}) => !diagnosis.causes.some(({finding, affected}) => finding.rule === fault.rule && affected.some(ref => ref.namespace === namespace)))
    // A container between two states may look like another fault for a moment.
    for (let i = 0; i < 5 && unnamed().length > 0; i++) diagnosis = await diagnosisOf('-A')
    assert.deepEqual(unnamed().map(({fault}) => fault.title), [])
    assert.deepEqual(diagnosis.causes.filter(({affected}) => affected.some(({namespace}) => !patients.some(patient => patient.namespace === namespace))), [])
    assert.ok(diagnosis.looked.sound >= 30, JSON.stringify(diagnosis.looked))
    const {stdout, code} = await doctor('-A')
    console.log(stdout)
    assert.equal(code, 1)
    for (const {fault} of patients) assert.match(stdout, new RegExp(`^\\S+ .* ${fault.rule} `, 'm'))
    assert.doesNotMatch(stdout, /crowd-sound/)
    assert.doesNotMatch((await doctor('-A', '-o', 'name')).stdout, /sound/)
  })

  it('forty pods that lack one Secret are one cause', async () => {
    await apply('crowd-forty', FORTY)
    await until('forty pods without their Secret', async () => (await cluster.kubectl(['get', 'pods'], {namespace: 'crowd-forty'})).stdout.split('CreateContainerConfigError').length === 41)
    const {causes, looked} = await diagnosisOf('-n', 'crowd-forty')
    assert.deepEqual([causes.length, causes[0]?.finding.rule, causes[0]?.finding.culprit.name, causes[0]?.affected.length, looked.pods], [1, 'secret-missing', 'api-tokens', 40, 40])
    console.log((await doctor('-n', 'crowd-forty')).stdout)
  })

  it('workloads without a pod: a Deployment that a quota refuses, a StatefulSet and a Job whose events are gone', async () => {
    await apply('crowd-refused', EMPTY)
    await apply('crowd-orphans', ORPHANS)
    await until('the refusals', async () => (await cluster.kubectl(['get', 'events'], {namespace: 'crowd-orphans'})).stdout.split('FailedCreate').length > 2
      && (await cluster.kubectl(['get', 'deployment', 'refused', '-o', 'yaml'], {namespace: 'crowd-refused'})).stdout.includes('ReplicaFailure'))
    await cluster.kubectl(['delete', 'events', '--all'], {namespace: 'crowd-orphans'})
    /** [namespace, target, rule, words in the summary] */
    const expected: [string, string, string, string[]][] = [
      ['crowd-refused', 'deployment/refused', 'quota-exceeded', ['none-left', 'pods']],
      ['crowd-orphans', 'statefulset/ledger', 'service-account-missing', ['ledgr', 'ledger']],
      ['crowd-orphans', 'job/migrate', 'service-account-missing', ['migrator']],
    ]
    for (const [namespace, target, rule, words] of expected) {
      const {causes: [first], verdict} = await diagnosisOf(target, '-n', namespace)
      assert.deepEqual([verdict, first?.finding.rule], ['faulty', rule], target)
      for (const word of words) assert.ok(first?.finding.summary.includes(word), first?.finding.summary)
      console.log((await doctor(target, '-n', namespace)).stdout)
    }
  })

  it('an object of a kind that nobody has heard of: its pods are found, and that its operator undoes the fix is said', async () => {
    await cluster.kubectl(['apply', '-f', '-'], {input: CRD})
    try {
      await cluster.kubectl(['wait', '--for=condition=Established', 'crd/shopfronts.crowd.example', '--timeout=60s'], {timeout: 90})
      await apply('crowd-custom', 'apiVersion: crowd.example/v1\nkind: Shopfront\nmetadata: {name: front}\nspec: {replicas: 1}\n')
      const uid = (await cluster.kubectl(['get', 'sf', 'front', '-o', 'jsonpath={.metadata.uid}'], {namespace: 'crowd-custom'})).stdout
      await cluster.kubectl(['apply', '-f', '-'], {namespace: 'crowd-custom', input: ownedBy(uid)})
      await until('the missing ConfigMap', async () => (await cluster.kubectl(['get', 'pods'], {namespace: 'crowd-custom'})).stdout.includes('CreateContainerConfigError'))
      for (const word of ['shopfront/front', 'sf/front', 'shopfronts.crowd.example/front', 'Shopfront/front']) {
        const {causes: [first], verdict} = await diagnosisOf(word, '-n', 'crowd-custom')
        assert.deepEqual([verdict, first?.finding.rule], ['faulty', 'configmap-missing'], word)
        assert.match(first?.finding.fixes[0]?.undoneBy ?? '', /^shopfront\.crowd\.example\/front has made deployment\/front/)
      }
      const {stdout, stderr, code} = await doctor('shopfront/back', '-n', 'crowd-custom')
      assert.deepEqual([stdout, stderr, code], ['', 'Error from server (NotFound): shopfront.crowd.example "back" not found\n', 3])
      console.log((await doctor('shopfront/front', '-n', 'crowd-custom', '--verify')).stdout)
    } finally {
      await cluster.kubectl(['delete', 'crd', 'shopfronts.crowd.example', '--wait=false'])
    }
  })
})
