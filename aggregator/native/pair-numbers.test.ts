import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PairNumbers } from './pair-numbers.ts'

describe('PairNumbers', () => {
  it('numbers pairs in the order of their first appearance', () => {
    const numbers = new PairNumbers()
    expect([numbers.of(7, 1), numbers.of(7, 2), numbers.of(7, 1), numbers.size]).toEqual([0, 1, 0, 2])
  })

  it('gives the numbers that a Map would', () => {
    const part = fc.oneof(fc.nat(20), fc.nat(2 ** 31 - 1))
    fc.assert(
      fc.property(fc.array(fc.tuple(part, part), { maxLength: 2000 }), pairs => {
        const numbers = new PairNumbers()
        const known = new Map<string, number>()
        for (const [a, b] of pairs) {
          const key = `${a} ${b}`
          if (!known.has(key)) known.set(key, known.size)
          expect(numbers.of(a, b)).toBe(known.get(key))
        }
        expect(numbers.size).toBe(known.size)
      }),
      { numRuns: 50 },
    )
  })
})
