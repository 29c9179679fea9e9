/** Kahan and Neumaier: what a large total swallows is added at the end. */
export function sumOf(values: Iterable<number>): number {
  let total = 0
  let lost = 0
  for (const value of values) {
    const next = total + value
    if (Number.isFinite(next))
      lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
    total = next
  }
  return total + lost
}

/** Where the sum is too large for a number the average need not be. */
export function averageOf(values: ArrayLike<number> & Iterable<number>): number {
  const total = sumOf(values)
  if (Number.isFinite(total)) return total / values.length
  let mean = 0
  let count = 0
  for (const value of values) mean += (value - mean) / ++count
  return mean
}

/** NaN only where there is nothing else. */
export const least = (a: number, b: number): number => (b < a || Number.isNaN(a) ? b : a)
export const most = (a: number, b: number): number => (b > a || Number.isNaN(a) ? b : a)

/** Orders numbers, rising for 1 and falling for -1; NaN comes last either way. */
export function compareNumbers(sign: 1 | -1, a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1
  return Number.isNaN(b) ? -1 : sign * (a - b)
}

/** Prometheus' quantile: linear between the two nearest ranks. NaN sorts first. */
export function quantile(values: Iterable<number>, q: number): number {
  const sorted = [...values].sort((a, b) => (Number.isNaN(a) ? -1 : Number.isNaN(b) ? 1 : a - b))
  if (sorted.length === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const rank = q * (sorted.length - 1)
  const below = Math.floor(rank)
  const above = Math.min(sorted.length - 1, below + 1)
  const weight = rank - below
  return (sorted[below] as number) * (1 - weight) + (sorted[above] as number) * weight
}

/** Population variance, in one pass. Source: Welford. */
export function variance(values: Iterable<number>): number {
  let count = 0
  let mean = 0
  let squares = 0
  for (const value of values) {
    count++
    const off = value - mean
    mean += off / count
    squares += off * (value - mean)
  }
  return squares / count
}

/** The least-squares line through points: its slope a second, and its value at `atMs`. */
export function regression(
  timesMs: Float64Array,
  values: Float64Array,
  atMs: number,
): { slope: number; intercept: number } {
  const count = values.length
  let [sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0]
  let isConstant = true
  for (let i = 0; i < count; i++) {
    const x = ((timesMs[i] as number) - atMs) / 1000
    const y = values[i] as number
    if (y !== values[0]) isConstant = false
    sumX += x
    sumY += y
    sumXX += x * x
    sumXY += x * y
  }
  if (isConstant) {
    const value = values[0] as number
    return Number.isFinite(value)
      ? { slope: 0, intercept: value }
      : { slope: Number.NaN, intercept: Number.NaN }
  }
  const slope = (sumXY - (sumX * sumY) / count) / (sumXX - (sumX * sumX) / count)
  return { slope, intercept: sumY / count - (slope * sumX) / count }
}
