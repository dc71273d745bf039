/** Reports are written for terminals of this width. Commands are never wrapped. */
export const WIDTH = 80

/**
 * Drops what could command the terminal or hide text: much of it comes from the cluster. Escape sequences go whole, other
 * control and invisible format characters one by one; newlines and tabs stay.
 */
export const plain = (text: string): string => text
  .replaceAll(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-Z\\^_])/g, '')
  .replaceAll(/[^\P{Cc}\n\t]|[\p{Cf}\u2028\u2029]/gu, '')

/** Wraps at blanks; every line starts with `indent`, lines after the first with `hanging`. Words longer than a line stand alone. */
export function wrap(text: string, indent = '  ', hanging = indent): string {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = lines.length === 0 ? indent : hanging
    let empty = true
    for (const word of paragraph.split(/[ \t]+/).filter(Boolean)) {
      if (!empty && line.length + 1 + word.length > WIDTH) {
        lines.push(line)
        line = hanging
        empty = true
      }
      line += empty ? word : ` ${word}`
      empty = false
    }
    if (!empty) lines.push(line)
  }
  return lines.map(line => `${line}\n`).join('')
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: string[], and = 'and'): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${and} ${words.at(-1)}`

/** At most `most` of the words, and how many are left out. */
export const some = (words: string[], most: number): string =>
  words.length <= most ? listed(words) : `${words.slice(0, most).join(', ')} and ${words.length - most} more`
