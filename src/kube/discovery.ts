import {kindKey} from '../doctor/kind.js'
import type {Client} from './client.js'
import {groupAndVersion, type Resource} from './resources.js'

/** A resource that the API serves, as discovery describes it. */
export interface Discovered extends Resource {
  kind: string
  singular: string
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json'

interface Group {metadata?: {name?: string}, versions?: {version?: string, resources?: {resource?: string, responseKind?: {kind?: string}, scope?: string, singularResource?: string, shortNames?: string[]}[]}[]}
interface Listed {resources?: {name?: string, kind?: string, namespaced?: boolean, singularName?: string, shortNames?: string[]}[]}

/**
 * All resources outside the core group, in the server's preferred version first. One request to servers from 1.27 on (aggregated discovery);
 * older ones are asked group by group. A group whose server is down is left out. Throws a ClusterError when nothing can be had.
 */
export async function discover(client: Client): Promise<Discovered[]> {
  const answer = await client.get('/apis', {accept: AGGREGATED}) as {items?: Group[], groups?: {preferredVersion?: {groupVersion?: string}}[]}
  if (!answer.items) {
    const versions = (answer.groups ?? []).flatMap(({preferredVersion}) => preferredVersion?.groupVersion ?? [])
    return (await Promise.all(versions.map(version => resourcesOf(client, version).catch(() => [])))).flat()
  }
  return answer.items.flatMap(({metadata, versions = []}) => versions.flatMap(({version, resources = []}) => resources.map(found => ({
    apiVersion: `${metadata?.name}/${version}`, plural: found.resource ?? '', kind: found.responseKind?.kind ?? '',
    namespaced: found.scope === 'Namespaced', singular: found.singularResource ?? '', short: found.shortNames ?? [],
  }))))
}

/** The resources of one group and version: `argoproj.io/v1alpha1`. */
export async function resourcesOf(client: Client, apiVersion: string): Promise<Discovered[]> {
  const {resources = []} = await client.get(`/apis/${apiVersion}`) as Listed
  return resources.flatMap(({name = '', kind = '', namespaced = true, singularName = '', shortNames = []}) =>
    name.includes('/') ? [] : [{apiVersion, plural: name, kind, namespaced, singular: singularName, short: shortNames}])
}

/** The resource that a word of the command line means, as kubectl reads it: `rollouts`, `Rollout`, `ro`, `rollouts.argoproj.io`, `rollouts.v1alpha1.argoproj.io`. */
export function findResource(resources: Discovered[], word: string): Discovered | undefined {
  const [resource = '', ...rest] = word.toLowerCase().split('.')
  const fits = ({apiVersion}: Discovered) => {
    const {group, version} = groupAndVersion(apiVersion)
    return rest.length === 0 || group.startsWith(rest.join('.')) || (rest[0] === version && group === rest.slice(1).join('.'))
  }
  return resources.find(found => [found.plural, found.singular, found.kind.toLowerCase(), ...found.short].includes(resource) && fits(found))
}

/** The kind of a discovered resource, as asks and references name it. */
export const kindOfDiscovered = ({kind, apiVersion}: Discovered): string => kindKey(kind, apiVersion)
