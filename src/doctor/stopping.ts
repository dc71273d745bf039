import type {Container} from '../kube/types.js'

/** `sh -c`, with what it runs. */
export function shellScript({command = [], args = []}: Container): string | undefined {
  const words = [...command, ...args]
  const at = words.findIndex(word => /^-[a-z]*c$/.test(word))
  return command[0] !== undefined && /(?:^|\/)(?:ba|da|a|z)?sh$/.test(command[0]) && at === 1 ? words[2] : undefined
}

/**
 * Whether a shell stays the first process while its script runs. It does not when the script hands over with `exec`, or is one simple command, for which bash and
 * newer shells do so by themselves; with a `trap` it stays, and may listen.
 */
export const shellStays = (script: string): boolean => !/\b(?:exec|trap)\b/.test(script) && /[;&|\n]/.test(script.trim())

/** The words of a preStop hook, and how long it takes where it says so. */
export function preStopWords({lifecycle}: Container): {words: string, seconds: number | undefined} | undefined {
  const {exec, httpGet, sleep} = lifecycle?.preStop ?? {}
  if (exec) {
    const words = (exec.command ?? []).join(' ')
    const seconds = /(?:^|[\s;&])sleep (\d+)/.exec(words)?.[1]
    return {words, seconds: seconds === undefined ? undefined : Number(seconds)}
  }
  return httpGet ? {words: `GET ${httpGet.path ?? '/'} on port ${httpGet.port ?? '(none)'}`, seconds: undefined} : typeof sleep?.seconds === 'number' ? {words: `sleep ${sleep.seconds}`, seconds: sleep.seconds} : undefined
}
