/**
 * A float as Go prints it in short: the fewest digits that give it back, with an exponent below 1e-4 and from 1e6. Source: Go, strconv's
 * format g, which is fmt's %v.
 *
 * @example
 * goNumber(1796062939) // => '1.796062939e+09'
 * goNumber(0.00001) // => '1e-05'
 */
export function goNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  const size = Math.abs(value)
  return size !== 0 && (size < 1e-4 || size >= 1e6) ? goExponent(value) : String(value)
}

/** Format e: with an exponent of two digits at least. */
export function goExponent(value: number, digits?: number): string {
  return value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2')
}
