import fc from 'fast-check'
import { expect, it } from 'vitest'
import { quantile } from '../promql/functions/statistics.ts'
import { quantileOfSorted } from './quantile.ts'

it('is the quantile of all values together', () => {
  const list = fc
    .array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, noDefaultInfinity: true })), {
      minLength: 1,
      maxLength: 20,
    })
    .map(values => values.toSorted((a, b) => a - b))
  const q = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(-1, 0, 0.5, 0.99, 1, 2, Number.NaN),
  )
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 6 }), q, (lists, at) => {
      expect(quantileOfSorted(lists, at) + 0).toBe(quantile(lists.flat(), at) + 0)
    }),
  )
})
