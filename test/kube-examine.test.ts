import assert from 'node:assert/strict'
import {examine} from '../src/kube/examine.js'
import type {Answers, Source} from '../src/kube/source.js'
import type {KubeObject} from '../src/kube/types.js'
import {keyOf} from '../src/doctor/ask.js'
import type {Ask, Diagnosis, Snapshot, Step} from '../src/doctor/types.js'

const start: Snapshot = {apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: '2026-01-01T00:00:00Z', targets: [], objects: [], logs: [], reads: []}
const map = (name: string, more: object = {}): KubeObject => ({apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, namespace: 'shop'}, ...more})
const ask = (name: string): Ask => ({get: 'ConfigMap', namespace: 'shop', name})

/** Gives what it is asked for, one object for each name; remembers the rounds. */
const giving = (extra: Partial<Answers> = {}): Source & {rounds: string[][]} => {
  const rounds: string[][] = []
  return {
    rounds,
    async read(asks) {
      rounds.push(asks.map(keyOf))
      return {objects: asks.map(one => map((one as {name: string}).name)), logs: [], reads: asks.map(one => ({...one, outcome: 'read' as const})), ...extra}
    },
  }
}
const asking = (next: (snapshot: Snapshot, round: number) => Ask[]) => {
  let round = 0
  return (snapshot: Snapshot): Step => ({diagnosis: {looked: {pods: round, sound: 0}} as Diagnosis, asks: next(snapshot, round++)})
}

describe('the asking loop', () => {
  it('ends when nothing new is asked', async () => {
    const source = giving()
    const {snapshot, diagnosis} = await examine(source, start, asking((_, round) => [['a', 'b'], ['a', 'c'], ['a', 'b', 'c']][round]?.map(ask) ?? []))
    assert.deepEqual(source.rounds, [['get ConfigMap shop/a', 'get ConfigMap shop/b'], ['get ConfigMap shop/c']])
    assert.deepEqual(snapshot.objects.map(({metadata}) => metadata?.name), ['a', 'b', 'c'])
    assert.equal(diagnosis.looked.pods, 2, 'the diagnosis is that of the last round')
  })

  it('asks the same thing once in a round, and never what is in the ledger already', async () => {
    const source = giving()
    await examine(source, {...start, reads: [{...ask('known'), outcome: 'forbidden'}]}, asking(() => [ask('known'), ask('a'), ask('a')]))
    assert.deepEqual(source.rounds, [['get ConfigMap shop/a']])
  })

  it('is over after six rounds, and says what was still wanted', async () => {
    const source = giving()
    const {snapshot} = await examine(source, start, asking((_, round) => [ask(`n${round}`)]))
    assert.equal(source.rounds.length, 6)
    assert.deepEqual(snapshot.reads.find(read => keyOf(read) === 'get ConfigMap shop/n6'), {...ask('n6'), outcome: 'unavailable', message: 'not looked up: 6 rounds were over'})
  })

  it('asks nothing of a source when there is nothing to ask', async () => {
    const source = giving()
    await examine(source, start, asking(() => []))
    assert.deepEqual(source.rounds, [])
  })

  it('a whole object takes the place of its metadata, never the other way', async () => {
    const whole = map('a', {data: {k: 'v'}})
    const bare = map('a', {metadataOnly: true})
    for (const order of [[whole, bare], [bare, whole]]) {
      const {snapshot} = await examine(giving({objects: order}), start, asking((_, round) => round === 0 ? [ask('a')] : []))
      assert.deepEqual(snapshot.objects, [whole])
    }
    const newer = map('a', {data: {k: 'new'}})
    assert.deepEqual((await examine(giving({objects: [newer]}), {...start, objects: [whole]}, asking((_, round) => round === 0 ? [ask('a')] : []))).snapshot.objects, [newer])
  })

  it('the same content gives the same text, in whatever order it came', async () => {
    const objects = [map('b'), {...map('a'), metadata: {name: 'a', namespace: 'z'}}, map('a'), {apiVersion: 'v1', kind: 'Node', metadata: {name: 'n'}}, {apiVersion: 'v1', kind: 'Event', metadata: {name: 'e', namespace: 'shop'}}]
    const logs = ['b', 'a'].flatMap(container => [true, false].map(previous => ({namespace: 'shop', pod: 'p', container, previous, text: 'x'})))
    const texts = await Promise.all([false, true].map(async reverse => {
      const turn = <T>(items: T[]) => reverse ? items.toReversed() : items
      const {snapshot} = await examine(giving({objects: turn(objects), logs: turn(logs)}), start, asking((_, round) => round === 0 ? turn([ask('a'), ask('b')]) : []))
      return JSON.stringify(snapshot)
    }))
    assert.equal(texts[0], texts[1])
    assert.match(texts[0]!, /"name":"a","namespace":"shop".*"name":"b".*"name":"a","namespace":"z".*"kind":"Event".*"kind":"Node"/)
  })

  it('fetches the version beside the first round, and scrubs after each', async () => {
    const scrubbed: number[] = []
    const source: Source = {...giving(), version: async () => 'v1.34.1', scrub: snapshot => { scrubbed.push(snapshot.objects.length); return snapshot }}
    const {snapshot} = await examine(source, start, asking((_, round) => round < 2 ? [ask(`n${round}`)] : []))
    assert.equal(snapshot.serverVersion, 'v1.34.1')
    assert.deepEqual(scrubbed, [1, 2])
    const known = {...source, version: () => assert.fail('it is known already')}
    await examine(known, {...start, serverVersion: 'v1.30.0'}, asking((_, round) => round === 0 ? [ask('a')] : []))
  })
})
