import { OperatingError } from '../../lib/base/index.ts'
import type { Pipeline } from '../../lib/traceql/index.ts'
import { selectionOf } from './candidates.ts'
import { stepCount } from './red.ts'
import { spanRange, spanRangeParams } from './span-range.ts'
import type { TimeRange, TraceReader } from './trace-reader.ts'

/** Durations from a bound up to the next one, 1, 2 and 5 nanoseconds times a power of ten; 0 is in the first. */
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

/** Beyond what the column holds, so that the longest has an upper bound, too. */
const bounds = Array.from({ length: 20 }, (_, power) => [1, 2, 5].map(first => first * 10 ** power)).flat()
const storedBounds = bounds.filter(bound => bound < 2 ** 64).map(BigInt)

interface Row {
  step: number
  fromNs: string
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
      roundDown(greatest(Duration, 1), {bounds:Array(UInt64)}) AS fromNs, count() AS count, countIf(StatusCode = 'Error') AS errors
    FROM otel_traces WHERE ${spanRange} AND (${spanSql}) GROUP BY step, fromNs`,
    { ...params, ...spanRangeParams(range), bounds: storedBounds, stepNs: BigInt(stepMs) * 1_000_000n },
  )
  return toHistogram(rows, stepCount(range, stepMs))
}

function toHistogram(rows: readonly Row[], count: number): DurationHistogram {
  const places = rows.map(({ fromNs }) => bounds.indexOf(Number(fromNs)))
  const least = Math.min(...places)
  const buckets: DurationBucket[] = Array.from(
    { length: rows.length === 0 ? 0 : Math.max(...places) - least + 1 },
    (_, i) => ({
      fromNs: bounds[least + i] as number,
      toNs: bounds[least + i + 1] as number,
      count: 0,
      errors: 0,
    }),
  )
  const steps = Array.from({ length: count }, () => buckets.map(() => 0))
  rows.forEach(({ step, count: spans, errors }, i) => {
    const at = (places[i] as number) - least
    const bucket = buckets[at] as DurationBucket
    bucket.count += spans
    bucket.errors += errors
    const counts = steps[step] as number[]
    counts[at] = (counts[at] ?? 0) + spans
  })
  return { buckets, steps }
}
