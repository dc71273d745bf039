import type {Scrubber} from './scrubber.js'
import type {KeyFacts, KubeObject, Secret} from './types.js'

type Raw = KubeObject & {type?: string, data?: Record<string, unknown> | null, stringData?: Record<string, unknown> | null, facts?: Secret['facts']}

/**
 * A Secret without its values: what rules need of them stands in `facts`, and the scrubber knows them from now on. A
 * Secret that a snapshot holds already keeps the facts it came with.
 */
export function blank(secret: KubeObject, scrubber: Scrubber): Secret {
  const {data, stringData, facts, ...rest} = secret as Raw
  const values = new Map<string, Buffer>()
  for (const [key, value] of Object.entries(data ?? {})) values.set(key, Buffer.from(text(value), 'base64'))
  for (const [key, value] of Object.entries(stringData ?? {})) values.set(key, Buffer.from(text(value), 'utf8'))
  if (values.size === 0 && !facts) return rest as Secret

  const keys: Record<string, KeyFacts> = {}
  const registries = new Set(facts?.registries ?? [])
  for (const [key, value] of [...values].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    keys[key] = value.length === 0 && facts?.keys?.[key] ? facts.keys[key] : {bytes: value.length, ...(value.at(-1) === 10 && {trailingNewline: true as const})}
    if (key === '.dockerconfigjson' || key === '.dockercfg') for (const registry of registriesOf(value.toString('utf8'), key)) registries.add(registry)
    if (!isPublic(rest, key)) scrubber.remember(value, `${rest.metadata?.name ?? ''}/${key}`)
  }
  return {
    ...rest,
    data: Object.fromEntries(Object.keys(keys).map(key => [key, ''])),
    facts: {keys, ...(registries.size > 0 && {registries: [...registries].toSorted()})},
  } as Secret
}

const text = (value: unknown) => typeof value === 'string' ? value : ''

/** Of a service account's token only the token is secret: the others are the cluster's certificate and a namespace's name. */
const isPublic = ({type}: Raw, key: string) => type === 'kubernetes.io/service-account-token' && key !== 'token'

function registriesOf(json: string, key: string): string[] {
  try {
    const value = JSON.parse(json) as {auths?: object}
    return Object.keys((key === '.dockercfg' ? value : value.auths) ?? {})
  } catch {
    return []
  }
}
