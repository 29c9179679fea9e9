import { type Column, emptyColumn, labelKey, numbersOnly, put, withoutName } from './column.ts'

interface Bucket {
  bound: number
  column: Column
}

/** The quantile of classic histograms: buckets by `le`, linear inside the one it falls in. Source: Prometheus, histogram_quantile. */
export function histogramQuantile(quantileAt: (step: number) => number, input: readonly Column[]): Column[] {
  const groups = new Map<string, { labels: Record<string, string>; buckets: Bucket[] }>()
  for (const column of numbersOnly(input)) {
    const { le, ...labels } = withoutName(column.labels)
    if (le === undefined) continue
    const key = labelKey(labels)
    const group = groups.get(key) ?? { labels, buckets: [] }
    group.buckets.push({ bound: /inf/i.test(le) ? Number.POSITIVE_INFINITY : Number(le), column })
    groups.set(key, group)
  }
  return [...groups.values()].map(({ labels, buckets }) => quantileColumn(quantileAt, labels, buckets))
}

function quantileColumn(
  quantileAt: (step: number) => number,
  labels: Record<string, string>,
  buckets: Bucket[],
): Column {
  buckets.sort((a, b) => a.bound - b.bound)
  const count = buckets[0]?.column.values.length ?? 0
  const result = emptyColumn(labels, count)
  for (let step = 0; step < count; step++) {
    const present = buckets.filter(b => b.column.present[step] === 1)
    const value = bucketQuantile(
      quantileAt(step),
      present.map(b => [b.bound, b.column.values[step] as number] as const),
    )
    if (value !== undefined) put(result, step, value)
  }
  return result
}

/** Buckets as cumulative `[bound, count]`, in order, the last one unbounded. */
function bucketQuantile(q: number, buckets: readonly (readonly [number, number])[]): number | undefined {
  const last = buckets.at(-1)
  if (last === undefined || last[0] !== Number.POSITIVE_INFINITY || buckets.length < 2) return undefined
  const total = last[1]
  if (total === 0) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const rank = q * total
  const i = buckets.findIndex(([, cumulative]) => cumulative >= rank)
  const [bound, cumulative] = buckets[i] ?? last
  const [lower, below] = buckets[i - 1] ?? [0, 0]
  if (bound === Number.POSITIVE_INFINITY) return lower
  if (i === 0 && bound <= 0) return bound
  return lower + (bound - lower) * ((rank - below) / (cumulative - below))
}
