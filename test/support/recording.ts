import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {gunzipSync} from 'node:zlib'
import type {KubeObject, Kind} from '../../src/kube/types.js'
import {ACTIVE_PODS} from '../../src/doctor/node-filters.js'
import type {Log, Read, Snapshot} from '../../src/doctor/types.js'

/** A fault as an earlier tool recorded it: all objects of its namespace and of the cluster, by resource, with the logs. */
export interface Recording {
  id: string
  fault: string
  cause: string
  namespace: string
  recordedAt: string
  objects: Record<string, KubeObject[]>
  logs: Record<string, string>
}

const KINDS: Record<string, Kind> = {
  'v1/pods': 'Pod', 'v1/events': 'Event', 'v1/configmaps': 'ConfigMap', 'v1/secrets': 'Secret', 'v1/services': 'Service', 'v1/nodes': 'Node',
  'v1/persistentvolumeclaims': 'PersistentVolumeClaim', 'v1/persistentvolumes': 'PersistentVolume', 'v1/serviceaccounts': 'ServiceAccount',
  'v1/resourcequotas': 'ResourceQuota', 'v1/namespaces': 'Namespace', 'apps/v1/deployments': 'Deployment', 'apps/v1/replicasets': 'ReplicaSet',
  'apps/v1/statefulsets': 'StatefulSet', 'apps/v1/daemonsets': 'DaemonSet', 'batch/v1/jobs': 'Job', 'batch/v1/cronjobs': 'CronJob',
  'storage.k8s.io/v1/storageclasses': 'StorageClass', 'storage.k8s.io/v1/csidrivers': 'CSIDriver', 'storage.k8s.io/v1/csinodes': 'CSINode',
  'storage.k8s.io/v1/volumeattachments': 'VolumeAttachment',
  'v1/limitranges': 'LimitRange', 'discovery.k8s.io/v1/endpointslices': 'EndpointSlice',
  'scheduling.k8s.io/v1/priorityclasses': 'PriorityClass', 'node.k8s.io/v1/runtimeclasses': 'RuntimeClass',
  'admissionregistration.k8s.io/v1/validatingadmissionpolicies': 'ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1/validatingadmissionpolicybindings': 'ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/v1/validatingwebhookconfigurations': 'ValidatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': 'MutatingWebhookConfiguration',
}

/** The recordings of a folder PHASE/FAULT.json.gz, in the order of their names. */
export function recordings(folder: string): Recording[] {
  return readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(file => file.endsWith('.json.gz')).sort()
    .map(file => JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString()) as Recording)
}

/** A recording as our own source would have read it: everything in the namespace and of the cluster was looked at. */
export function snapshotOf({namespace, recordedAt, objects, logs}: Recording): Snapshot {
  const reads: Read[] = [{list: 'Pod', fieldSelector: ACTIVE_PODS, outcome: 'read'}]
  const all: KubeObject[] = []
  for (const [resource, kind] of Object.entries(KINDS)) {
    for (const scope of [{namespace}, {}]) reads.push({list: kind, ...scope, outcome: 'read'})
    for (const object of objects[resource] ?? []) {
      const {metadata: {managedFields: _, ...metadata} = {}, ...rest} = object
      all.push({...rest, kind, metadata})
    }
  }
  const texts: Log[] = []
  for (const [key, text] of Object.entries(logs)) {
    const [pod = '', container = '', previous] = key.split('/')
    const log = {namespace, pod, container, previous: previous !== undefined}
    const failed = /^HTTP (\d+): (.*)/.exec(text)
    if (failed?.[1] === '400' || text.startsWith('unable to retrieve container logs')) reads.push({log, outcome: 'absent'})
    else if (failed) reads.push({log, outcome: 'unavailable', message: failed[2]!})
    else {
      texts.push({...log, text: text.replaceAll(/^\d{4}-\S+Z ?/gm, '')})
      reads.push({log, outcome: 'read'})
    }
  }
  return {apiVersion: 'podkit/v1', kind: 'Snapshot', takenAt: recordedAt, targets: [{kind: 'Namespace', name: namespace}], objects: all, logs: texts, reads}
}
