import assert from 'node:assert/strict'
import type {Pod} from '../src/kube/types.js'
import {readable, requestsOf, rounded, written} from '../src/doctor/resources.js'
import {parseQuantity} from '../src/doctor/quantity.js'

const amount = (text: string) => parseQuantity(text)!.value
const container = (name: string, requests: Record<string, string>, more = {}) => ({name, resources: {requests}, ...more})
const sidecar = (name: string, requests: Record<string, string>) => container(name, requests, {restartPolicy: 'Always'})

/** Each pod with what the scheduler of 1.34 reserves for it. */
const pods: [what: string, spec: object, requests: Record<string, string>, status?: object][] = [
  ['nothing', {containers: [{name: 'a'}]}, {}],
  ['the sum of its containers', {containers: [container('a', {cpu: '500m', memory: '1Gi'}), container('b', {cpu: '1'})]}, {cpu: '1500m', memory: '1Gi'}],
  ['the largest init container', {containers: [container('a', {cpu: '1'})], initContainers: [container('i', {cpu: '2'}), container('j', {cpu: '3', memory: '1Mi'})]}, {cpu: '3', memory: '1Mi'}],
  ['sidecars beside the containers', {containers: [container('a', {cpu: '1'})], initContainers: [sidecar('s', {cpu: '500m'})]}, {cpu: '1500m'}],
  ['an init container after a sidecar', {containers: [container('a', {cpu: '1'})], initContainers: [sidecar('s', {cpu: '500m'}), container('i', {cpu: '2'})]}, {cpu: '2500m'}],
  ['an init container before a sidecar', {containers: [container('a', {cpu: '1'})], initContainers: [container('i', {cpu: '2'}), sidecar('s', {cpu: '500m'})]}, {cpu: '2'}],
  ['overhead', {overhead: {cpu: '250m', memory: '100Mi'}, containers: [container('a', {cpu: '1'})]}, {cpu: '1250m', memory: '100Mi'}],
  ['the pod as a whole', {resources: {requests: {cpu: '2', 'nvidia.com/gpu': '9'}}, containers: [container('a', {cpu: '1', memory: '1Gi'})]}, {cpu: '2', memory: '1Gi'}],
  ['fractions, rounded up', {containers: [container('a', {cpu: '1u', memory: '100m'})]}, {cpu: '1m', memory: '1'}],
  ['what a shrinking container still holds', {containers: [container('a', {cpu: '1'})]}, {cpu: '2'}, {containerStatuses: [{name: 'a', resources: {requests: {cpu: '2'}}, allocatedResources: {cpu: '2'}}]}],
  ['a resize that cannot be', {containers: [container('a', {cpu: '64'})]}, {cpu: '1'},
    {conditions: [{type: 'PodResizePending', reason: 'Infeasible'}], containerStatuses: [{name: 'a', resources: {requests: {cpu: '1'}}}]}],
]

describe('resources', () => {
  for (const [what, spec, requests, status] of pods) {
    it(`a pod asks for ${what}`, () => {
      const got = requestsOf({spec, status} as unknown as Pod)
      assert.deepEqual(Object.fromEntries([...got].map(([name, value]) => [name, written(name, value)])), requests)
    })
  }

  for (const [resource, exact, down, sentence] of [
    ['cpu', '3500m', '3500m', '3500m'], ['cpu', '2', '2', '2'], ['cpu', '1230m', '1200m', '1230m'], ['cpu', '7930m', '7500m', '7930m'], ['cpu', '93m', '90m', '93m'], ['cpu', '3m', '3m', '3m'],
    ['memory', '8Gi', '8Gi', '8Gi'], ['memory', '24632892Ki', '23Gi', '23.4Gi'], ['memory', '500Mi', '496Mi', '500Mi'], ['memory', '1000000000', '928Mi', '953Mi'], ['memory', '10Mi', '10Mi', '10Mi'],
    ['nvidia.com/gpu', '3', '3', '3'], ['pods', '110', '110', '110'], ['ephemeral-storage', '264212084Ki', '248Gi', '251.9Gi'],
  ] as const) {
    it(`${resource} ${exact} is rounded down to ${down}, and read as ${sentence}`, () => {
      assert.equal(written(resource, rounded(resource, amount(exact))), down)
      assert.equal(readable(resource, amount(exact)), sentence)
    })
  }
})
