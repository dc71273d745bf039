// Preloaded into the program under test: its clock stands at FROZEN_CLOCK, so that what it prints can be compared byte for byte.
const time = Date.parse(process.env.FROZEN_CLOCK)
globalThis.Date = class extends Date {
  constructor(...words) {
    super(...(words.length === 0 ? [time] : words))
  }

  static now() {
    return time
  }
}
