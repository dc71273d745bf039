import type {Container, Pod} from '../kube/types.js'
import {addressesOf, addressIn} from './address.js'
import type {Said} from './complaint.js'
import {editTemplate, wordOf} from './fix.js'
import {refOf} from './cite.js'
import {ownerOf} from './owner.js'
import {Patient, type Ended} from './patient.js'
import {keysOf} from './references.js'
import type {Culprit, Evidence, Fix} from './types.js'

/** Where a container has a password from: a key of a Secret, or a value in its template. */
interface Password {variable: string, secret?: {name: string, key: string, namespace: string}, path: string}

/** The variables by which the official images of servers are told the password of their first user, the more telling ones first. */
const SERVER = /^(?:POSTGRES_PASSWORD|POSTGRESQL_PASSWORD|MYSQL_PASSWORD|MARIADB_PASSWORD|MYSQL_ROOT_PASSWORD|MARIADB_ROOT_PASSWORD|MONGO_INITDB_ROOT_PASSWORD|MONGODB_ROOT_PASSWORD|REDIS_PASSWORD|RABBITMQ_DEFAULT_PASS|ELASTIC_PASSWORD|SA_PASSWORD|MSSQL_SA_PASSWORD)$/
const ROOT = /ROOT_PASSWORD$/
const CLIENT = /PASS(?:WORD|WD)?$|_PWD$|PASSWORD/i

export interface Login {words: string, evidence: Evidence[], fixes: Fix[], culprit: Culprit, likely?: true}

/** Compares where client and server have the password from. Values are never known; that two differ is known where their lengths do. */
export function loginOf(patient: Patient, container: Ended, {raw, around, groups}: Said): Login | undefined {
  const own = passwordsOf(patient, container.spec, container.specPath, CLIENT)
  const server = serverOf(patient, container, raw, around)
  const [mine] = own.toSorted((a, b) => Number(/DB|DATABASE|PG|SQL|MONGO|REDIS|RABBIT/i.test(b.variable)) - Number(/DB|DATABASE|PG|SQL|MONGO|REDIS|RABBIT/i.test(a.variable)))
  // A newline at the end of the value is a fault of its own.
  if (mine && factsOf(patient, mine)?.trailingNewline) return undefined
  if (!server) return undefined
  const theirs = server.passwords.find(({variable}) => groups['user'] === 'root' ? ROOT.test(variable) : !ROOT.test(variable)) ?? server.passwords[0]
  if (!theirs) return undefined
  const who = wordOf(server.owner)
  const culprit = {...patient.owner.ref, part: `${container.name} ${mine?.variable ?? 'password'}`}
  const evidence = [...(mine ? [patient.cite(patient.pod, mine.path)] : []), patient.cite(server.pod, theirs.path)]
  if (!mine) return undefined
  if (mine.secret && theirs.secret && (mine.secret.name !== theirs.secret.name || mine.secret.key !== theirs.secret.key)) {
    const [a, b] = [bytesOf(patient, mine), bytesOf(patient, theirs)]
    const differ = a !== undefined && b !== undefined && a !== b
    return {
      words: `${mine.variable} is key "${mine.secret.key}" of Secret "${mine.secret.name}", and ${who} has its password from key "${theirs.secret.key}" of Secret "${theirs.secret.name}" (${theirs.variable})${differ ? `: they differ, ${a} and ${b} bytes` : ''}`,
      evidence, culprit, ...(!differ && {likely: true as const}),
      fixes: theirs.secret.namespace !== patient.namespace ? [] : [{action: `Take ${mine.variable} from key "${theirs.secret.key}" of Secret "${theirs.secret.name}", as ${who} does`,
        ...editTemplate(patient, [{path: `${container.editPath}.env[${mine.variable}].valueFrom.secretKeyRef`, to: {name: theirs.secret.name, key: theirs.secret.key}}])}],
    }
  }
  if (mine.secret && theirs.secret) return changedSince(patient, server.pod, mine, who) ?? undefined
  if (Boolean(mine.secret) !== Boolean(theirs.secret)) {
    const [secret, value] = mine.secret ? [mine.secret, who] : [theirs.secret!, `container "${container.name}"`]
    return {
      words: `${mine.variable} comes from ${mine.secret ? `key "${secret.key}" of Secret "${secret.name}"` : 'a value in the template'}, and ${who} has its password (${theirs.variable}) from ${theirs.secret ? `key "${secret.key}" of Secret "${secret.name}"` : 'a value in its template'}`,
      evidence, culprit, likely: true,
      fixes: mine.secret || secret.namespace !== patient.namespace ? [{action: `Give ${value} the password from Secret "${secret.name}"`}] : [{action: `Take ${mine.variable} from key "${secret.key}" of Secret "${secret.name}", as ${who} does`,
        ...editTemplate(patient, [{path: `${container.editPath}.env[${mine.variable}]`, to: {name: mine.variable, valueFrom: {secretKeyRef: {name: secret.name, key: secret.key}}}}])}],
    }
  }
  return undefined
}

function passwordsOf(patient: Patient, spec: Container, specPath: string, names: RegExp): Password[] {
  const {namespace} = patient
  const single = (spec.env ?? []).flatMap(({name, valueFrom, value}, i): Password[] => {
    const ref = valueFrom?.secretKeyRef
    return !names.test(name) || /_FILE$/.test(name) || (!ref && !value) ? []
      : [{variable: name, path: `${specPath}.env[${i}]${ref ? '.valueFrom.secretKeyRef' : '.name'}`, ...(ref?.name !== undefined && {secret: {name: ref.name, key: ref.key, namespace}})}]
  })
  const whole = (spec.envFrom ?? []).flatMap(({secretRef, prefix = ''}, i): Password[] => {
    const secret = secretRef?.name === undefined ? undefined : patient.find('Secret', secretRef.name)
    return secret ? keysOf(secret).filter(key => names.test(`${prefix}${key}`)).map(key => ({variable: `${prefix}${key}`, path: `${specPath}.envFrom[${i}].secretRef`, secret: {name: secretRef!.name!, key, namespace}})) : []
  })
  return [...single, ...whole]
}

/** The pod behind the Service that the client names in its log or its environment, if it is a database with a password. */
function serverOf(patient: Patient, container: Ended, raw: string, around: string): {pod: Pod, owner: {kind: string, name: string}, passwords: Password[]} | undefined {
  const named = addressIn(raw) ?? addressIn(around)
  for (const {host} of [...(named ? [named] : []), ...addressesOf(patient, container)]) {
    const [name = '', namespace = patient.namespace] = host.split('.')
    const service = patient.find('Service', name, namespace)
    const selector = service?.spec?.selector
    const pod = selector && patient.list('Pod', {namespace, selector: {matchLabels: selector}})?.[0]
    const server = pod && new Patient(patient.cluster, pod)
    const passwords = server?.containers.flatMap(({spec, specPath}) => passwordsOf(server, spec, specPath, SERVER)) ?? []
    if (pod && passwords.length > 0) return {pod, owner: ownerOf(patient.cluster, pod).ref, passwords}
  }
  return undefined
}

const factsOf = (patient: Patient, {secret}: Password) => secret && (patient.find('Secret', secret.name, secret.namespace) || undefined)?.facts?.keys[secret.key]
const bytesOf = (patient: Patient, password: Password) => factsOf(patient, password)?.bytes

/** A database keeps the password with which its files were made: a Secret that is changed later changes the clients only. */
function changedSince(patient: Patient, pod: Pod, {secret, variable}: Password, who: string): Login | undefined {
  const object = secret && patient.find('Secret', secret.name)
  const claim = pod.spec?.volumes?.flatMap(({persistentVolumeClaim}) => persistentVolumeClaim?.claimName ?? [])[0]
  const made = claim === undefined ? undefined : patient.find('PersistentVolumeClaim', claim, pod.metadata?.namespace)
  if (!object || !made?.metadata?.creationTimestamp) return undefined
  const times = [object.metadata?.creationTimestamp ?? '', ...(object.metadata?.managedFields ?? []).filter(({fields}) => fields.includes(`data.${secret.key}`)).map(({time}) => time ?? '')].toSorted()
  const changed = times.at(-1)!
  if (changed <= made.metadata.creationTimestamp) return undefined
  return {
    words: `Secret "${secret.name}" was written at ${changed}, after the database of ${who} was made (claim "${claim}" of ${made.metadata.creationTimestamp}), which keeps the password that it was made with`,
    evidence: [patient.cite(object, 'metadata.creationTimestamp'), patient.cite(made, 'metadata.creationTimestamp')],
    culprit: {...refOf(object), part: secret.key}, likely: true,
    fixes: [{action: `Change the password of the user inside the database to that of ${variable}, or put the old one back into key "${secret.key}" of Secret "${secret.name}"`}],
  }
}
