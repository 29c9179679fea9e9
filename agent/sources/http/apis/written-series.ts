/** A series of a remote-write request, of either version. */
export interface WrittenSeries {
  labels: Readonly<Record<string, string>>
  type: 'counter' | 'gauge' | 'other' | 'unknown'
  help: string
  unit: string
  samples: { value: number; timeMs: number }[]
  histograms: NativeHistogram[]
  exemplars: { labels: Readonly<Record<string, string>>; value: number; timeMs: number }[]
}

export function emptySeries(labels: WrittenSeries['labels']): WrittenSeries {
  return { labels, type: 'unknown', help: '', unit: '', samples: [], histograms: [], exemplars: [] }
}

/** A native histogram with its buckets written out. */
export interface NativeHistogram {
  count: number
  sum: number
  schema: number
  zeroThreshold: number
  zeroCount: number
  positive: { offset: number; counts: number[] }
  negative: { offset: number; counts: number[] }
  /** Upper bounds, of schema -53 alone. */
  customBounds: number[]
  timeMs: number
}
