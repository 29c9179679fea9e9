/** Infinities and NaN come as text. */
export function toNumber(value: number | string): number {
  if (typeof value === 'number') return value
  if (/inf/i.test(value)) return value.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(value)
}
