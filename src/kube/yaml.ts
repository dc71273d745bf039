/** Why a text is no YAML, and where, as kubectl begins such a message: `yaml: line 3: …`. */
export class YamlError extends Error {
  override name = 'YamlError'
}

/** A value may be as large as this when every alias in it is written out. */
const MAX_VALUES = 10_000_000

/**
 * The documents of a YAML 1.2 text, as JSON has them: timestamps stay strings, of keys that stand twice the last counts. Empty
 * documents are left out. js-yaml, which the cluster client brings along, reads a snapshot in a third of the time that `yaml`
 * takes, which writes them. Throws a YamlError.
 */
export async function parseYaml(text: string): Promise<unknown[]> {
  const {CORE_SCHEMA, loadAll, YAMLException} = await import('js-yaml')
  let documents: unknown[]
  try {
    documents = loadAll(text, null, {schema: CORE_SCHEMA, json: true})
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    throw new YamlError(`yaml: line ${(error.mark?.line ?? 0) + 1}: ${error.reason}`)
  }
  // An alias costs nothing here, and everything in what walks through the value afterwards.
  const sizes = new Map<object, number>()
  const sizeOf = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1
    const known = sizes.get(value)
    if (known !== undefined) return known
    sizes.set(value, Infinity)
    const size = Object.values(value).reduce<number>((sum, below) => sum + sizeOf(below), 1)
    sizes.set(value, size)
    return size
  }
  if (documents.some(document => sizeOf(document) > MAX_VALUES)) throw new YamlError('yaml: Excessive alias count')
  return documents.filter(value => value !== null && value !== undefined)
}
