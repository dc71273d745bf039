/**
 * Numbers of the API as they are written: `500m`, `64Mi`, `1e3`. After apimachinery's pkg/api/resource/quantity.go of
 * Kubernetes 1.34: never a floating point number, and what is finer than a billionth is rounded away from zero.
 */
export interface Quantity {
  /** In billionths. */
  value: bigint
  /** The family of suffixes that it was written with, in which it is written again. */
  format: Format
}

export type Format = 'DecimalSI' | 'BinarySI' | 'DecimalExponent'

/** Billionths in one. */
export const ONE = 1_000_000_000n

const DECIMAL = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const WRITTEN = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:(Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d{1,3})|([numkMGTPE]?))$/
/** 2^63-1: quantities with a binary suffix are capped there. */
const LARGEST = (2n ** 63n - 1n) * ONE

/** `undefined` for what is no quantity. An `E` alone is the suffix exa; with digits behind it an exponent. */
export function parseQuantity(text: string): Quantity | undefined {
  const [, sign, whole = '', fraction = '', binary, exponent, decimal = ''] = (text.length > 64 ? null : WRITTEN.exec(text)) ?? []
  if (sign === undefined) return undefined
  const digits = BigInt(`${whole}${fraction}`)
  const power = exponent === undefined ? 3 * (binary === undefined ? DECIMAL.indexOf(decimal) : DECIMAL.indexOf('')) : 9 + Number(exponent)
  const scaled = scale(binary === undefined ? digits : digits << BigInt(10 * BINARY.indexOf(binary)), power - fraction.length)
  const value = binary !== undefined && scaled > LARGEST ? LARGEST : scaled
  const format = exponent !== undefined ? 'DecimalExponent' : binary === undefined || (value > 0n && value < ONE) ? 'DecimalSI' : 'BinarySI'
  return {value: sign === '-' ? -value : value, format}
}

/** Digits times ten to the power, rounded up. */
const scale = (digits: bigint, power: number): bigint => power >= 0 ? digits * 10n ** BigInt(power) : ceil(digits, 10n ** BigInt(-power))

/** The quotient of two numbers that are not negative, rounded up. */
export const ceil = (a: bigint, b: bigint): bigint => (a + b - 1n) / b

/** As the API server writes it: the largest suffix that leaves a whole number. Binary suffixes are for whole numbers from 1024 up. */
export function formatQuantity({value, format}: Quantity): string {
  if (value === 0n) return '0'
  if (value < 0n) return `-${formatQuantity({value: -value, format})}`
  if (format === 'BinarySI' && value >= 1024n * ONE && value % ONE === 0n) {
    const [rest, steps] = divided(value / ONE, 1024n, BINARY.length - 1)
    return `${rest}${BINARY[steps]}`
  }
  if (format === 'DecimalExponent') {
    const [rest, steps] = divided(value, 1000n, 400)
    return `${rest}${steps === 3 ? '' : `e${3 * (steps - 3)}`}`
  }
  const [rest, steps] = divided(value, 1000n, DECIMAL.length - 1)
  return `${rest}${DECIMAL[steps]}`
}

/** How often the number can be divided without a rest, `most` times at most. */
function divided(value: bigint, by: bigint, most: number): [rest: bigint, steps: number] {
  let steps = 0
  while (steps < most && value % by === 0n) {
    value /= by
    steps++
  }
  return [value, steps]
}
