import type { HistogramPointReader } from '../../lib/otlp/index.ts'

/** Observations at or below each bound: Prometheus' classic buckets, +Inf not among them. */
export function cumulativeCounts(point: HistogramPointReader): number[] {
  const cumulative: number[] = []
  let sum = 0
  for (let i = 0; i < point.bounds.length; i++) {
    sum += point.counts[i] ?? 0
    cumulative.push(sum)
  }
  return cumulative
}

/**
 * A bound as the value of `le`: all digits, never an exponent, as Prometheus' OTLP receiver writes it.
 *
 * @example
 * boundText(0.0000005) // => '0.0000005'
 * boundText(1e21) // => '1000000000000000000000'
 */
export function boundText(bound: number): string {
  const text = String(bound)
  const exponential = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (exponential === null) return bound === Number.POSITIVE_INFINITY ? '+Inf' : text
  const [, sign, first, rest = '', exponent] = exponential
  const digits = `${first}${rest}`
  const point = 1 + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return `${sign}${digits.padEnd(point, '0')}`
}
