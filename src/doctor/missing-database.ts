import type {Job} from '../kube/types.js'
import {addressesOf, addressIn} from './address.js'
import {wordOf} from './fix.js'
import {refOf} from './cite.js'
import {ownerOf} from './owner.js'
import {Patient, type Ended} from './patient.js'
import type {Evidence} from './types.js'

/** The database that the server's image makes as it starts for the first time, if the pod behind the host that the client uses says so. */
export function databaseOf(patient: Patient, container: Ended, raw: string): {name: string, who: string, evidence: Evidence[]} | undefined {
  const named = addressIn(raw)
  for (const {host} of [...(named ? [named] : []), ...addressesOf(patient, container)]) {
    const [name = '', namespace = patient.namespace] = host.split('.')
    const selector = patient.find('Service', name, namespace)?.spec?.selector
    const pod = selector && patient.list('Pod', {namespace, selector: {matchLabels: selector}})?.[0]
    for (const {spec, specPath} of pod ? new Patient(patient.cluster, pod).containers : []) {
      const index = (spec.env ?? []).findIndex(({name, value}) => /^(?:POSTGRES_DB|POSTGRESQL_DATABASE|MYSQL_DATABASE|MARIADB_DATABASE|MONGO_INITDB_DATABASE)$/.test(name) && value)
      if (index >= 0) return {name: spec.env![index]!.value!, who: wordOf(ownerOf(patient.cluster, pod!).ref), evidence: [patient.cite(pod!, `${specPath}.env[${index}]`)]}
    }
  }
  return undefined
}

/** A Job that was to prepare the database, and failed or is not done. */
export function migrationOf(patient: Patient): {job: Job, words: string, evidence: Evidence[]} | undefined {
  for (const job of patient.list('Job') ?? []) {
    if (!/migrat|schema|seed|init|setup|bootstrap/.test(job.metadata?.name ?? '') || job.status?.succeeded) continue
    const index = job.status?.conditions?.findIndex(({type, status}) => type === 'Failed' && status === 'True') ?? -1
    return {
      job, words: `${wordOf(refOf(job))} ${index >= 0 ? 'has failed' : job.spec?.suspend ? 'is suspended' : 'is not done'}`,
      evidence: index >= 0 ? [patient.cite(job, `status.conditions[${index}].reason`)] : patient.citeIfPresent(job, 'status.active'),
    }
  }
  return undefined
}
