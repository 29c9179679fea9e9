/** Kahan and Neumaier: what a large total swallows is kept beside it. */
class Sum {
  total = 0
  lost = 0

  add(value: number): void {
    const next = this.total + value
    if (Number.isFinite(next))
      this.lost +=
        Math.abs(this.total) >= Math.abs(value) ? this.total - next + value : value - next + this.total
    this.total = next
  }

  /** Hot: all samples of a query go through here. */
  addAll(values: ArrayLike<number>): void {
    let { total, lost } = this
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number
      const next = total + value
      if (Number.isFinite(next))
        lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total
      total = next
    }
    this.total = total
    this.lost = lost
  }
}

export function sumOf(values: ArrayLike<number>): number {
  const sum = new Sum()
  sum.addAll(values)
  return Number.isFinite(sum.total) ? sum.total + sum.lost : sum.total
}

/** Where the sum is too large for a number the mean need not be: it is carried along then. */
export function averageOf(values: ArrayLike<number>): number {
  const sum = new Sum()
  sum.addAll(values)
  if (Number.isFinite(sum.total)) return sum.total / values.length + sum.lost / values.length
  return carriedAverage(values)
}

function carriedAverage(values: ArrayLike<number>): number {
  let [mean, lost] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    const share = i / (i + 1)
    const sum = new Sum()
    sum.total = mean * share
    sum.lost = lost * share
    sum.add((values[i] as number) / (i + 1))
    mean = sum.total
    lost = Number.isFinite(mean) ? sum.lost : 0
  }
  return mean + lost
}

/** 0: each value lasts until the next; 1: since the one before; 2: the line between them. */
export type Strategy = 0 | 1 | 2

/** The area under samples, in seconds; what is no number counts as nothing. Source: Prometheus querying/functions, integral. */
export function integralOf(timesMs: Float64Array, values: Float64Array, strategy: Strategy): number {
  const sum = new Sum()
  const at = (i: number) => (Number.isNaN(values[i]) ? 0 : (values[i] as number))
  for (let i = 1; i < values.length; i++) {
    const seconds = ((timesMs[i] as number) - (timesMs[i - 1] as number)) / 1000
    const [before, next] = [at(i - 1), at(i)]
    if (strategy !== 1) sum.add((strategy === 0 ? before : before / 2) * seconds)
    if (strategy !== 0) sum.add((strategy === 1 ? next : next / 2) * seconds)
  }
  return Number.isFinite(sum.total) ? sum.total + sum.lost : sum.total
}

/** NaN only where there is nothing else. */
export const least = (a: number, b: number): number => (b < a || Number.isNaN(a) ? b : a)
export const most = (a: number, b: number): number => (b > a || Number.isNaN(a) ? b : a)

/** The least of several, and the most: loops, since windows may be long and many. */
export function leastOf(values: ArrayLike<number>): number {
  let found = values[0] as number
  for (let i = 1; i < values.length; i++) found = least(found, values[i] as number)
  return found
}

export function mostOf(values: ArrayLike<number>): number {
  let found = values[0] as number
  for (let i = 1; i < values.length; i++) found = most(found, values[i] as number)
  return found
}

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
  if (weight === 0) return sorted[below] as number
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
