import type { HistogramAnswer } from '../../../../query/index.ts'

export type Buckets = HistogramAnswer['buckets']
export type Counts = Readonly<Record<string, number>>

export function totalOf(counts: Counts): number {
  return Object.values(counts).reduce((all, count) => all + count, 0)
}

export function sumOf(buckets: Buckets): Record<string, number> {
  const result: Record<string, number> = {}
  for (const { counts } of buckets)
    for (const [name, count] of Object.entries(counts)) result[name] = (result[name] ?? 0) + count
  return result
}
