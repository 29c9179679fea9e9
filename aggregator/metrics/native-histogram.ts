import type { ExponentialBuckets } from '../../lib/otlp/index.ts'

/** Resolutions that Prometheus' native histograms have. Source: Prometheus native histograms specification, "Schema". */
export const minSchema = -4
export const maxSchema = 8
/** Of a point that names none. Source: Prometheus' OTLP receiver. */
export const defaultZeroThreshold = 1e-128
/** Gaps up to so many buckets are filled with zeros: a new span would take more. */
const maxFilledGap = 2

/** Buckets as Prometheus has them: runs of buckets that follow each other, and the count of each. */
export interface BucketSpans {
  /** Of the first span its first index; of the others the buckets left out before it. */
  offsets: number[]
  lengths: number[]
  counts: number[]
}

/**
 * The buckets of an exponential histogram as spans. Its bucket 0 is (1, base], which is bucket 1 of a native histogram.
 * `shift` merges 2^shift buckets into one: exact, it loses detail and never counts.
 * Source: OpenTelemetry metrics data model, "ExponentialHistogram"; Prometheus native histograms specification.
 *
 * @example
 * bucketSpans({ offset: -1, counts: [3, 0, 0, 0, 5] }, 0) // => { offsets: [0, 3], lengths: [1, 1], counts: [3, 5] }
 */
export function bucketSpans({ offset, counts }: ExponentialBuckets, shift: number): BucketSpans {
  const spans: BucketSpans = { offsets: [], lengths: [], counts: [] }
  let index = 0
  let count = 0
  for (const [i, more] of counts.entries()) {
    const at = Math.floor((offset + i) / 2 ** shift) + 1
    if (at !== index) {
      addBucket(spans, index, count)
      count = 0
      index = at
    }
    count += more
  }
  addBucket(spans, index, count)
  return spans
}

function addBucket(spans: BucketSpans, index: number, count: number): void {
  if (count === 0) return
  const end = endOf(spans)
  const gap = end === undefined ? undefined : index - end
  if (gap === undefined || gap > maxFilledGap) {
    spans.offsets.push(gap ?? index)
    spans.lengths.push(1)
  } else {
    for (let i = 0; i < gap; i++) spans.counts.push(0)
    spans.lengths[spans.lengths.length - 1] = (spans.lengths.at(-1) as number) + gap + 1
  }
  spans.counts.push(count)
}

/** The index after the last bucket. */
function endOf({ offsets, lengths }: BucketSpans): number | undefined {
  if (offsets.length === 0) return undefined
  let end = 0
  for (const [i, offset] of offsets.entries()) end += offset + (lengths[i] as number)
  return end
}
