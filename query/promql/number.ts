/** Infinities and NaN come as text. */
export function toNumber(value: number | string): number {
  if (typeof value === 'number') return value
  if (/inf/i.test(value)) return value.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(value)
}

/**
 * A number as Prometheus writes it: the fewest digits that give it back, without an exponent.
 *
 * @example
 * formatValue(1e21) // => '1000000000000000000000'
 * formatValue(Number.POSITIVE_INFINITY) // => '+Inf'
 */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  const text = String(value)
  const found = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (found === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found
  const shift = Number(exponent)
  if (shift < 0) return `${sign}0.${'0'.repeat(-shift - whole.length)}${whole}${fraction}`
  return `${sign}${whole}${fraction.padEnd(shift, '0')}`
}
