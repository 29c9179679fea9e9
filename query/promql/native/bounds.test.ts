import { expect, test } from 'vitest'
import { boundOf } from './bounds.ts'

// source of the values: prometheus model/histogram, exponentialBounds
test.each([
  [0, 0, 1],
  [3, 0, 8],
  [-1, -1, 0.25],
  [1, 1, Math.SQRT2 - Number.EPSILON],
  [-1, 1, 0.7071067811865475],
  [-3, 2, 0.5946035575013605],
  [-1, 3, 0.9170040432046711],
  [1024, 0, Number.MAX_VALUE],
  [512, -1, Number.MAX_VALUE],
  [2048, 1, Number.MAX_VALUE],
])('bucket %d of schema %d ends at %d', (index, schema, bound) => {
  expect(boundOf(index, schema)).toBe(bound)
})
