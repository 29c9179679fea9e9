/** Integers beyond this are not exact as a number. */
const maxDigits = 15

/**
 * JSON.parse that loses no digit: an integer that a number cannot hold becomes a bigint, any other number whose digits
 * would change becomes the text that it was written as.
 *
 * @example
 * parseExactJson('[18446744073709551615]') // => [18446744073709551615n]
 */
export function parseExactJson(text: string): unknown {
  // most texts have no number that long, and cost no reviver
  return /\d{16}|\d[eE][-+]?\d/.test(text) ? JSON.parse(text, exactly) : JSON.parse(text)
}

/** `context.source` is the number as written. Source: https://tc39.es/proposal-json-parse-with-source/ */
function exactly(this: unknown, _: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  if (typeof value !== 'number' || source === undefined) return value
  if (!Number.isFinite(value)) return source
  if (source.length <= maxDigits) return value
  if (/^-?\d+$/.test(source)) return BigInt(source)
  return String(value) === source ? value : source
}
