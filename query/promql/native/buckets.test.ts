import { expect, it } from 'vitest'
import { describeHistogram } from './describe.ts'
import type { NativeHistogram } from './histogram.ts'
import { bucketsOf } from './quantile.ts'

const histogram: NativeHistogram = {
  schema: 0,
  count: 6,
  sum: 9,
  zeroThreshold: 0.7,
  zeroCount: 2,
  positive: new Map([
    [0, 3],
    [1, 4],
  ]),
  negative: new Map([[0, 1]]),
}
const differs: NativeHistogram = { ...histogram, zeroCount: -2 }

it('a bucket that reaches into that of zero begins where it ends', () => {
  expect(bucketsOf(histogram)).toEqual([
    { lower: -1, upper: -0.7, count: 1 },
    { lower: -0.7, upper: 0.7, count: 2 },
    { lower: 0.7, upper: 1, count: 3 },
    { lower: 1, upper: 2, count: 4 },
  ])
})

it('a bucket of zero with less than nothing, as differences have it, is not among the buckets', () => {
  expect(bucketsOf(differs).map(({ count }) => count)).toEqual([1, 3, 4])
})

it('as text it has the edges of its schema, and every count', () => {
  expect(describeHistogram(differs)).toBe('{count:6, sum:9, [-1,-0.5):1, [-0.7,0.7]:-2, (0.5,1]:3, (1,2]:4}')
})
