import {ClusterError} from './errors.js'
import {parseYaml, YamlError} from './yaml.js'

/** A megabyte of YAML takes most of a second and 80 MB of memory; JSON a hundredth of that. */
const MAX_YAML = 10 * 1024 * 1024

/** The documents of a file of YAML or JSON, as plain values; empty ones are left out. Throws kubectl's words for what is neither. */
export async function parseFile(bytes: Buffer, name: string): Promise<unknown[]> {
  const text = decode(bytes)
  if (text.trim() === '') throw new ClusterError(`error: ${name} is empty`)
  if (text.includes('\0')) throw new ClusterError(`error: ${name} is neither YAML nor JSON`)
  if (/^\s*\{/.test(text)) {
    try {
      return [JSON.parse(text) as unknown]
    } catch (error) {
      // YAML may begin with a brace, too; what broke off does not become right as YAML.
      if (text.length > 1024 * 1024 || !/\}\s*$/.test(text)) throw new ClusterError(`error: error parsing ${name}: ${jsonError(error as Error)}`)
    }
  }
  if (text.length > MAX_YAML) {
    throw new ClusterError(`error: ${name} holds ${Math.round(text.length / 1024 / 1024)} MiB of YAML, which takes too long to read; write it with -o json, or fewer objects`)
  }
  try {
    return await parseYaml(text)
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    throw new ClusterError(`error: error parsing ${name}: error converting YAML to JSON: ${error.message}`)
  }
}

/** PowerShell's `>` writes UTF-16 with a mark in front. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le')
  return bytes.subarray(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0).toString('utf8')
}

const jsonError = ({message}: Error) =>
  /end of JSON input|Unterminated string|Expected .* after/.test(message) && !/position \d+ \(line/.test(message) ? 'unexpected end of JSON input: the file breaks off' : `json: ${message.replace(/ in JSON.*$/s, '')}`
