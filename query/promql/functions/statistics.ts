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
