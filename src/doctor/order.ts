/**
 * Compares texts by their characters, for sorting: the same everywhere. `localeCompare` sorts by the language of the person,
 * so that one snapshot would give two reports, and loading the languages takes longer than a diagnosis.
 */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The same, but numbers in the texts by their value: web-2 before web-10. */
export function byNumbers(a: string, b: string): number {
  const [x, y] = [a.split(/(\d+)/), b.split(/(\d+)/)]
  const i = x.findIndex((part, i) => part !== y[i])
  if (i < 0) return x.length - y.length
  const [left = '', right = ''] = [x[i], y[i]]
  return (i % 2 === 1 && right !== '' ? Number(left) - Number(right) : 0) || byText(left, right)
}
