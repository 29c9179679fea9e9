import { goNumber } from '../../../lib/base/index.ts'
import type { NativeHistogram } from './histogram.ts'
import { writtenBucketsOf } from './quantile.ts'

/** A histogram as text: `{count:3, sum:5, (1,2]:3}`. */
export function describeHistogram(histogram: NativeHistogram): string {
  const { count, sum } = histogram
  const buckets = writtenBucketsOf(histogram).map(bucket => {
    const [open, close] =
      bucket.upper <= 0 && bucket.lower < 0 ? ['[', ')'] : bucket.lower < 0 ? ['[', ']'] : ['(', ']']
    return `${open}${goNumber(bucket.lower)},${goNumber(bucket.upper)}${close}:${goNumber(bucket.count)}`
  })
  return `{${[`count:${goNumber(count)}`, `sum:${goNumber(sum)}`, ...buckets].join(', ')}}`
}
