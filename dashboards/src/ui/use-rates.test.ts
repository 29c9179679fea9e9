import { expect, it } from 'vitest'
import { ratesBetween } from './use-rates.ts'

it('says how fast figures grew, and nothing of those that began anew', () => {
  const before = { atMs: 1_000, figures: new Map(Object.entries({ a: 10, b: 50 })) }
  const now = { atMs: 3_000, figures: new Map(Object.entries({ a: 30, b: 5, c: 1 })) }
  expect([...ratesBetween(before, now)]).toEqual([['a', 10]])
})
