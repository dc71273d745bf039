import type {Snapshot} from '../../src/doctor/types.js'

/** A small deterministic generator of numbers below 1 (mulberry32): the same seed damages in the same way. */
export function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6D2B79F5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const ODD: unknown[] = [null, '', 'x', 0, -1, 1e20, true, [], {}, [null], {a: 1}, '1970-01-01T00:00:00Z', '9999-99-99T99:99:99Z', 'not a date', '\u001B[31mred\u0007', '$(reboot)', '--all', '../../etc', '\u202Eevil', '한글']

/** The snapshot with a few of its fields removed, replaced by values of other types, or swapped. The target stays. */
export function damaged(snapshot: Snapshot, random: () => number): Snapshot {
  const copy = structuredClone(snapshot)
  const places: {holder: Record<string, unknown>, key: string}[] = []
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      places.push({holder: value as Record<string, unknown>, key})
      visit(inner)
    }
  }
  visit(copy.objects)
  visit(copy.logs)
  const wounds = 1 + Math.floor(random() * 6)
  for (let i = 0; i < wounds && places.length > 0; i++) {
    const {holder, key} = places[Math.floor(random() * places.length)]!
    const chance = random()
    if (chance < 0.4) delete holder[key]
    else if (chance < 0.9) holder[key] = ODD[Math.floor(random() * ODD.length)]
    else {
      const other = places[Math.floor(random() * places.length)]!
      holder[key] = other.holder[other.key]
    }
  }
  return copy
}
