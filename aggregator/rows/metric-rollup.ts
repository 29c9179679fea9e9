import { rollups } from '../../store/index.ts'
import type { Columns } from '../native/block.ts'
import { Float64Column, UInt16Column, UInt32Column, UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import { TupleColumn } from '../native/tuple.ts'
import type { MetricRows } from './metrics.ts'
import type { RollupBlock } from './rollup-block.ts'

/** Windows up to the year 2106 fit into so many numbers. */
const windowSpan = 2 ** 29

interface Window {
  place: number
  /** Seconds since 1970, where the window begins. */
  start: number
  count: number
  sum: number
  min: number
  max: number
  lastMs: number
  last: number
}

/**
 * Partial aggregates of a block of samples, per series and window. NaN says that there is no value and counts nowhere.
 * Additive: late samples amend the windows they belong to.
 */
export function rollUpMetrics(rows: MetricRows, tenant: string, day: number): RollupBlock[] {
  const rollup = rollups.metrics
  return rollup.windows.map(window => ({
    rollup,
    window,
    columns: windowColumns(rows, tenant, window.seconds, day),
  }))
}

function windowColumns(rows: MetricRows, tenant: string, windowSeconds: number, day: number): Columns {
  const columns = {
    Tenant: new LowCardinalityColumn(),
    Fingerprint: new UInt64Column(),
    Window: new UInt32Column('DateTime'),
    Count: new UInt64Column(),
    Sum: new Float64Column(),
    Min: new Float64Column(),
    Max: new Float64Column(),
    Last: new TupleColumn({ Timestamp: new UInt64Column('DateTime64(3)'), Value: new Float64Column() }),
    IngestedOn: new UInt16Column('Date'),
  }
  for (const window of group(rows, windowSeconds)) {
    const series = rows.series[window.place]
    if (series === undefined) continue
    columns.Tenant.pushText(tenant)
    columns.Fingerprint.push(series.fingerprintLow, series.fingerprintHigh)
    columns.Window.push(window.start)
    columns.Count.pushNumber(window.count)
    columns.Sum.push(window.sum)
    columns.Min.push(window.min)
    columns.Max.push(window.max)
    columns.Last.elements.Timestamp.pushNumber(window.lastMs)
    columns.Last.elements.Value.push(window.last)
    columns.IngestedOn.push(day)
  }
  return columns
}

function group(rows: MetricRows, windowSeconds: number): Iterable<Window> {
  const { Timestamp, Value } = rows.columns
  const windows = new Map<number, Window>()
  for (let row = 0; row < rows.seriesOfSample.rows; row++) {
    const value = Value.at(row)
    if (Number.isNaN(value)) continue
    const ms = Timestamp.number(row)
    const place = rows.seriesOfSample.at(row)
    const number = Math.floor(ms / 1000 / windowSeconds)
    const key = place * windowSpan + number
    const window = windows.get(key)
    if (window === undefined) {
      const start = number * windowSeconds
      windows.set(key, {
        place,
        start,
        count: 1,
        sum: value,
        min: value,
        max: value,
        lastMs: ms,
        last: value,
      })
    } else amend(window, ms, value)
  }
  return windows.values()
}

function amend(window: Window, ms: number, value: number): void {
  window.count++
  window.sum += value
  window.min = Math.min(window.min, value)
  window.max = Math.max(window.max, value)
  // of two values of one moment the larger, as the table has it when parts merge
  if (ms > window.lastMs || (ms === window.lastMs && value > window.last)) {
    window.lastMs = ms
    window.last = value
  }
}
