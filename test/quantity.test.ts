import assert from 'node:assert/strict'
import {formatQuantity, ONE, parseQuantity} from '../src/doctor/quantity.js'

/** What is written, how the API server writes it again, and its value in units; from the tests and the documentation of apimachinery's resource package. */
const table: [what: string, again: string, units: number][] = [
  ['0', '0', 0], ['0m', '0', 0], ['00', '0', 0], ['-0', '0', 0],
  ['1', '1', 1], ['+1', '1', 1], ['-1', '-1', -1], ['1.', '1', 1], ['.5', '500m', 0.5], ['0.1', '100m', 0.1],
  ['1500m', '1500m', 1.5], ['1.5', '1500m', 1.5], ['2000m', '2', 2], ['0.5', '500m', 0.5], ['250m', '250m', 0.25], ['-250m', '-250m', -0.25],
  ['1u', '1u', 1e-6], ['1000u', '1m', 1e-3], ['1n', '1n', 1e-9], ['1000n', '1u', 1e-6], ['0.5n', '1n', 1e-9], ['1.1n', '2n', 2e-9],
  ['1k', '1k', 1e3], ['1000', '1k', 1e3], ['1M', '1M', 1e6], ['128974848', '128974848', 128974848], ['129M', '129M', 129e6], ['1G', '1G', 1e9],
  ['1T', '1T', 1e12], ['1P', '1P', 1e15], ['12E', '12E', 12e18], ['1E', '1E', 1e18],
  ['1e3', '1e3', 1e3], ['1E3', '1e3', 1e3], ['1e2', '100', 100], ['1e-3', '1e-3', 1e-3], ['1.5e3', '1500', 1500], ['129e6', '129e6', 129e6], ['12e+1', '120', 120],
  ['1Ki', '1Ki', 1024], ['1024Ki', '1Mi', 2 ** 20], ['123Mi', '123Mi', 123 * 2 ** 20], ['64Mi', '64Mi', 64 * 2 ** 20], ['1.5Gi', '1536Mi', 1.5 * 2 ** 30],
  ['1000Mi', '1000Mi', 1000 * 2 ** 20], ['0.5Ki', '512', 512], ['0.1Mi', '104857600m', 104857.6], ['1Ti', '1Ti', 2 ** 40], ['1Pi', '1Pi', 2 ** 50],
  ['1Ei', '1Ei', 2 ** 60], ['9Ei', '9223372036854775807', 2 ** 63], ['24632892Ki', '24632892Ki', 24632892 * 1024],
]

describe('quantity', () => {
  for (const [what, again, units] of table) {
    it(`${what} is ${again}`, () => {
      const quantity = parseQuantity(what)
      assert.ok(quantity)
      assert.equal(formatQuantity(quantity), again)
      assert.equal(Number(quantity.value) / Number(ONE), units)
      const twice = parseQuantity(again)
      assert.ok(twice)
      assert.deepEqual([formatQuantity(twice), twice.value], [again, quantity.value], 'what is written is read as the same')
    })
  }

  for (const what of ['', ' ', '.', '-', 'm', 'Mi', '1 Mi', '1mi', '1KI', '1K', '1ki', '1.2.3', '1e', '1e1.5', '1Mi1', '0x10', '1_000', 'NaN', '1e9999', '١', `${'9'.repeat(70)}`]) {
    it(`${JSON.stringify(what)} is none`, () => assert.equal(parseQuantity(what), undefined))
  }
})
