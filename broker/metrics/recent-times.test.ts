import { expect, test } from 'vitest'
import { RecentTimes } from './recent-times.ts'

test('percentiles of the last two minutes, within nine percent', () => {
  const times = new RecentTimes()
  expect(times.quantile(0.5, 0)).toBeUndefined()
  for (let i = 1; i <= 1000; i++) times.record(i / 10, 0)
  for (const [q, ms] of [
    [0.5, 50],
    [0.95, 95],
    [0.99, 99],
  ] as const) {
    expect(times.quantile(q, 0)).toBeGreaterThan(ms * 0.91)
    expect(times.quantile(q, 0)).toBeLessThan(ms * 1.09)
  }
  times.record(1000, 60_000)
  expect(times.quantile(1, 60_000)).toBeGreaterThan(900)
  expect(times.quantile(0.5, 60_000)).toBeLessThan(60)
  expect(times.quantile(0.5, 120_000)).toBeGreaterThan(900)
  expect(times.quantile(0.5, 240_000)).toBeUndefined()
})

test('what is out of all bounds counts at the ends', () => {
  const times = new RecentTimes()
  times.record(0, 0)
  times.record(1e9, 0)
  expect(times.quantile(0.1, 0)).toBeLessThan(0.002)
  expect(times.quantile(1, 0)).toBeGreaterThan(100_000)
})
