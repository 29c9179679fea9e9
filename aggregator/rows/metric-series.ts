import { UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import { MapColumn } from '../native/map.ts'
import { StringColumn } from '../native/string.ts'
import type { MetricRows } from './metrics.ts'

/** Rows of `metric_series` for the series of a block of samples, with the times between which the block has them. */
export function seriesColumns(rows: MetricRows, tenant: string) {
  const columns = {
    Tenant: new LowCardinalityColumn(),
    MetricName: new LowCardinalityColumn(),
    Fingerprint: new UInt64Column(),
    Type: new LowCardinalityColumn(),
    Unit: new LowCardinalityColumn(),
    Description: new StringColumn(),
    Temporality: new LowCardinalityColumn(),
    Labels: new MapColumn(),
    ServiceName: new LowCardinalityColumn(),
    Host: new LowCardinalityColumn(),
    FirstSeen: new UInt64Column('DateTime64(3)'),
    LastSeen: new UInt64Column('DateTime64(3)'),
  }
  const { first, last } = timesSeen(rows)
  for (const [place, series] of rows.series.entries()) {
    const firstMs = first[place] as number
    if (firstMs === Number.POSITIVE_INFINITY) continue
    columns.Tenant.pushText(tenant)
    columns.MetricName.pushText(series.name)
    columns.Fingerprint.push(series.fingerprintLow, series.fingerprintHigh)
    columns.Type.pushText(series.type)
    columns.Unit.pushText(series.unit)
    columns.Description.pushText(series.description)
    columns.Temporality.pushText(series.temporality)
    for (const [name, value] of series.labels) columns.Labels.pushPair(name, value)
    columns.Labels.endRow()
    columns.ServiceName.pushText(series.service)
    columns.Host.pushText(series.host)
    columns.FirstSeen.pushNumber(firstMs)
    columns.LastSeen.pushNumber(last[place] as number)
  }
  return columns
}

function timesSeen(rows: MetricRows): { first: Float64Array; last: Float64Array } {
  const first = new Float64Array(rows.series.length).fill(Number.POSITIVE_INFINITY)
  const last = new Float64Array(rows.series.length)
  const { seriesOfSample, seriesOfHistogram, columns, histograms } = rows
  for (const [places, times] of [
    [seriesOfSample, columns.Timestamp],
    [seriesOfHistogram, histograms.columns.Timestamp],
  ] as const)
    for (let row = 0; row < places.rows; row++) {
      const place = places.at(row)
      const ms = times.number(row)
      first[place] = Math.min(first[place] as number, ms)
      last[place] = Math.max(last[place] as number, ms)
    }
  return { first, last }
}
