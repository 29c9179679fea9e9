import { z } from 'zod'

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * Milliseconds of a duration as Prometheus writes it.
 *
 * @example
 * durationMs('1m30s') // => 90000
 */
export function durationMs(text: string): number {
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhd])/g))
    total += Number(amount) * units[unit as keyof typeof units]
  return total
}

export const duration = z.string().regex(/^(\d+(ms|[smhd]))+$/, 'a duration as in 15s or 1m30s')
