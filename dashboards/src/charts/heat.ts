import { type ApiSeries, type Grid, readFloat } from './align.ts'

/** How many observations fell between two bounds, at each moment. */
export interface HeatRow {
  lower: number
  upper: number
  counts: number[]
}

/**
 * Rows from the lowest bound to the highest that something lies between, out of native histograms or of series with a label
 * `le`: bounds reach far beyond what is observed.
 */
export function heatRowsOf(all: readonly ApiSeries[], grid: Grid, count: number): HeatRow[] {
  const rows = all.some(series => series.histograms !== undefined)
    ? ofNative(all, grid, count)
    : ofClassic(all, grid, count)
  const isFull = ({ counts }: HeatRow) => counts.some(observed => observed > 0)
  return rows.slice(Math.max(0, rows.findIndex(isFull)), rows.findLastIndex(isFull) + 1)
}

const mostTicks = 6

/** Bounds to write beside the rows, and how high each stands, as a share of the height. */
export function scaleOf(rows: readonly HeatRow[]): { bound: number; share: number }[] {
  const bounds = [...rows.map(({ lower }) => lower), rows.at(-1)?.upper ?? 0]
  const every = Math.ceil(bounds.length / mostTicks)
  return bounds
    .map((bound, i) => ({ bound, share: i / Math.max(1, rows.length) }))
    .filter(({ bound }, i) => i % every === 0 && Number.isFinite(bound))
}

/** Buckets of native histograms are as fine as they were when they were made: each pair of bounds is a row. */
function ofNative(all: readonly ApiSeries[], { startMs, stepMs }: Grid, count: number): HeatRow[] {
  const rows = new Map<string, HeatRow>()
  for (const { histograms = [] } of all)
    for (const [seconds, { buckets = [] }] of histograms) {
      const i = Math.round((seconds * 1000 - startMs) / stepMs)
      if (i < 0 || i >= count) continue
      for (const [, lower, upper, observed] of buckets) {
        const row = rowAt(rows, Number(lower), Number(upper), count)
        row.counts[i] = (row.counts[i] ?? 0) + Number(observed)
      }
    }
  return [...rows.values()].sort((a, b) => a.lower - b.lower)
}

/** Classic buckets count all that is below their bound: a row is what a bucket has more than the one before. */
function ofClassic(all: readonly ApiSeries[], { startMs, stepMs }: Grid, count: number): HeatRow[] {
  const cumulative = new Map<number, number[]>()
  for (const { metric, values = [] } of all) {
    const bound = Number((metric['le'] ?? 'NaN').replace('Inf', 'Infinity'))
    if (Number.isNaN(bound)) continue
    const counts = cumulative.get(bound) ?? new Array<number>(count).fill(0)
    for (const [seconds, text] of values) {
      const i = Math.round((seconds * 1000 - startMs) / stepMs)
      if (i >= 0 && i < count) counts[i] = (counts[i] ?? 0) + (readFloat(text) ?? 0)
    }
    cumulative.set(bound, counts)
  }
  const bounds = [...cumulative.keys()].sort((a, b) => a - b)
  return bounds.map((upper, row) => {
    const lower = bounds[row - 1] ?? 0
    const before = row === 0 ? undefined : cumulative.get(lower)
    const own = cumulative.get(upper) ?? []
    return { lower, upper, counts: own.map((value, i) => Math.max(0, value - (before?.[i] ?? 0))) }
  })
}

function rowAt(rows: Map<string, HeatRow>, lower: number, upper: number, count: number): HeatRow {
  const key = `${lower} ${upper}`
  const present = rows.get(key)
  if (present !== undefined) return present
  const made = { lower, upper, counts: new Array<number>(count).fill(0) }
  rows.set(key, made)
  return made
}
