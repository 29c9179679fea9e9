import { wholeRegex } from '../../../lib/logql/index.ts'
import type { Selector } from '../ast.ts'
import { type Labels, labelKey } from '../column.ts'
import { combine, customSchema, type NativeHistogram } from '../native/histogram.ts'
import type { StoredSeries } from '../stored-series.ts'
import { type HistogramText, type Point, readFields, type SeriesLine } from './series.ts'

type Loaded = [timeMs: number, sample: number | 'stale' | NativeHistogram]

export interface Load {
  stepMs: number
  /** Classic histograms are loaded as native ones with their own bounds besides. */
  withNative: boolean
  series: readonly SeriesLine[]
  /** Of the first point. */
  startMs?: number
}

/** Series that a test has loaded, as the store would give them. */
export class MemoryStore {
  readonly #series = new Map<string, { labels: Record<string, string>; points: Map<number, Loaded[1]> }>()

  load({ series, stepMs, withNative, startMs = 0 }: Load): void {
    for (const { labels, points } of series) this.#put(labels, points.map(toSample), stepMs, startMs)
    if (withNative)
      for (const { labels, points } of customHistograms(series)) this.#put(labels, points, stepMs, startMs)
  }

  /** Samples of one moment; one without a value ends its series. */
  put(samples: readonly { labels: Labels; value: number | undefined }[], atMs: number): void {
    for (const { labels, value } of samples) this.#put({ ...labels }, [value ?? 'stale'], 1, atMs)
  }

  select({ matchers }: Selector): StoredSeries[] {
    const found = [...this.#series.values()].filter(({ labels }) =>
      matchers.every(({ name, operator, value }) => {
        const own = labels[name] ?? ''
        if (operator === '=' || operator === '!=') return (own === value) === (operator === '=')
        return wholeRegex(value).test(own) === (operator === '=~')
      }),
    )
    return found.map(({ labels, points }) =>
      toStored(
        labels,
        [...points].sort(([a], [b]) => a - b),
      ),
    )
  }

  #put(
    labels: Record<string, string>,
    points: readonly (Loaded[1] | undefined)[],
    stepMs: number,
    startMs: number,
  ): void {
    const key = labelKey(labels)
    const series = this.#series.get(key) ?? { labels, points: new Map() }
    this.#series.set(key, series)
    for (const [i, sample] of points.entries())
      if (sample !== undefined) series.points.set(startMs + i * stepMs, sample)
  }
}

function toStored(labels: Record<string, string>, points: readonly Loaded[]): StoredSeries {
  const numbers = points.filter((point): point is [number, number] => typeof point[1] === 'number')
  const found = points.filter((point): point is [number, NativeHistogram] => typeof point[1] === 'object')
  const times = (of: readonly Loaded[]) => Float64Array.from(of, ([timeMs]) => timeMs)
  return {
    labels,
    delta: false,
    samples: { timesMs: times(numbers), values: Float64Array.from(numbers, ([, value]) => value) },
    staleMs: times(points.filter(([, sample]) => sample === 'stale')),
    ...(found.length === 0
      ? {}
      : { histograms: { timesMs: times(found), values: found.map(([, histogram]) => histogram) } }),
  }
}

function toSample(point: Point | undefined): Loaded[1] | undefined {
  return typeof point === 'object' ? toHistogram(point) : point
}

/** `{{schema:1 count:5 buckets:[2 3]}}`. */
export function toHistogram({ fields }: HistogramText): NativeHistogram {
  const number = (name: string, fallback = 0) => (fields[name] as number | undefined) ?? fallback
  const buckets = (name: string, offset: number) =>
    new Map(((fields[name] as number[] | undefined) ?? []).map((count, i) => [i + offset, count] as const))
  const bounds = fields['custom_values'] as number[] | undefined
  const isCustom = bounds !== undefined || fields['schema'] === customSchema
  const base: NativeHistogram = {
    schema: isCustom ? customSchema : number('schema'),
    zeroThreshold: number('z_bucket_w'),
    zeroCount: number('z_bucket'),
    count: number('count'),
    sum: number('sum'),
    positive: buckets('buckets', number('offset')),
    negative: buckets('n_buckets', number('n_offset')),
    hint: (fields['counter_reset_hint'] as NativeHistogram['hint'] | undefined) ?? 'unknown',
    ...(isCustom ? { bounds: bounds ?? [] } : {}),
  }
  const by = fields['by']
  return typeof by === 'string'
    ? grown(base, toHistogram({ fields: readFields(by) }), Number(fields['plus']))
    : base
}

function grown(base: NativeHistogram, by: NativeHistogram, times: number): NativeHistogram {
  let result = base
  for (let i = 0; i < Math.abs(times); i++)
    result = {
      ...(combine(result, by, times < 0 ? -1 : 1)?.histogram ?? result),
      hint: base.hint ?? 'unknown',
    }
  return result
}

interface Classic {
  labels: Record<string, string>
  buckets: [bound: number, points: SeriesLine['points']][]
  sum: SeriesLine['points']
  count: SeriesLine['points']
}

/** Classic histograms as native ones with their own bounds. */
function customHistograms(
  lines: readonly SeriesLine[],
): { labels: Record<string, string>; points: (NativeHistogram | undefined)[] }[] {
  const found = new Map<string, Classic>()
  for (const { labels, points } of lines) {
    const { le = '', __name__: name = '', ...rest } = labels
    const own = { __name__: name.replace(/_(bucket|sum|count)$/, ''), ...rest }
    const one: Classic = found.get(labelKey(own)) ?? { labels: own, buckets: [], sum: [], count: [] }
    found.set(labelKey(own), one)
    if (name.endsWith('_bucket'))
      one.buckets.push([/inf/i.test(le) ? Number.POSITIVE_INFINITY : Number(le), points])
    if (name.endsWith('_sum')) one.sum = points
    if (name.endsWith('_count')) one.count = points
  }
  return [...found.values()]
    .filter(({ buckets }) => buckets.length > 0)
    .map(one => ({ labels: one.labels, points: pointsOf(one) }))
}

function pointsOf({ buckets, sum, count }: Classic): (NativeHistogram | undefined)[] {
  const sorted = buckets.toSorted(([a], [b]) => a - b)
  const length = Math.max(...sorted.map(([, points]) => points.length))
  return Array.from({ length }, (_, i) => {
    const at = sorted.flatMap(([bound, points]) => {
      const value = points[i]
      return typeof value === 'number' ? [{ bound, value }] : []
    })
    const last = at.at(-1)
    if (last === undefined) return undefined
    const total = typeof count[i] === 'number' ? (count[i] as number) : last.value
    const counts = at.map(({ value }, k) => value - (at[k - 1]?.value ?? 0))
    if (last.bound !== Number.POSITIVE_INFINITY) counts.push(total - last.value)
    return {
      schema: customSchema,
      zeroThreshold: 0,
      zeroCount: 0,
      count: total,
      sum: typeof sum[i] === 'number' ? (sum[i] as number) : 0,
      positive: new Map(counts.map((value, k) => [k, value] as const)),
      negative: new Map<number, number>(),
      bounds: at.map(({ bound }) => bound).filter(Number.isFinite),
      hint: 'unknown',
    }
  })
}
