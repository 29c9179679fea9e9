import { OperatingError } from '../../lib/base/index.ts'
import type { Pipeline } from '../../lib/traceql/index.ts'
import { selectionOf } from './candidates.ts'
import { stepCount } from './red.ts'
import { spanRange, spanRangeParams } from './span-range.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'

/** Durations from a power of two nanoseconds up to the next one; 0 is in the first. */
export interface DurationBucket {
  fromNs: number
  toNs: number
  count: number
  errors: number
}

export interface DurationHistogram {
  /** Without gaps, from the shortest to the longest. */
  buckets: DurationBucket[]
  /** Per step of the range how many spans each bucket has. */
  steps: number[][]
}

interface Row {
  step: number
  exponent: number
  count: number
  errors: number
}

/** How long the spans took that a set of spans takes. Errors: PARAMETER_INVALID for more than one set. */
export async function durationsOf(
  reader: TraceReader,
  pipeline: Pipeline,
  range: TimeRange,
  stepMs: number,
): Promise<DurationHistogram> {
  const { isExact, spanSql, params } = selectionOf(pipeline)
  if (!isExact)
    throw new OperatingError(
      'PARAMETER_INVALID',
      'query: a histogram is of one set of spans, as in { span.http.route = "/cart" }, without what is said of whole traces',
    )
  const rows = await reader.rows<Row>(
    `SELECT intDiv(toUnixTimestamp64Nano(Timestamp) - {start:Int64}, {stepNs:Int64}) AS step,
      toUInt8(floor(log2(greatest(Duration, 1)))) AS exponent, count() AS count, countIf(StatusCode = 'Error') AS errors
    FROM otel_traces WHERE ${spanRange} AND (${spanSql}) GROUP BY step, exponent`,
    { ...params, ...spanRangeParams(range), stepNs: BigInt(stepMs) * 1_000_000n },
  )
  return toHistogram(rows, stepCount(range, stepMs))
}

function toHistogram(rows: readonly Row[], count: number): DurationHistogram {
  const exponents = rows.map(({ exponent }) => exponent)
  const least = Math.min(...exponents)
  const buckets: DurationBucket[] = Array.from(
    { length: rows.length === 0 ? 0 : Math.max(...exponents) - least + 1 },
    (_, i) => ({ fromNs: 2 ** (least + i), toNs: 2 ** (least + i + 1), count: 0, errors: 0 }),
  )
  const steps = Array.from({ length: count }, () => buckets.map(() => 0))
  for (const { step, exponent, count: spans, errors } of rows) {
    const at = exponent - least
    const bucket = buckets[at] as DurationBucket
    bucket.count += spans
    bucket.errors += errors
    const counts = steps[step] as number[]
    counts[at] = (counts[at] ?? 0) + spans
  }
  return { buckets, steps }
}
