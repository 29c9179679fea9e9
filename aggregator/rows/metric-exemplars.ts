import { decodeAttributes, ExemplarReader, type Ranges } from '../../lib/otlp/index.ts'
import type { Series } from '../metrics/series.ts'
import { Float64Column, UInt16Column, UInt64Column } from '../native/fixed.ts'
import { LowCardinalityColumn } from '../native/low-cardinality.ts'
import { MapColumn } from '../native/map.ts'
import { StringColumn } from '../native/string.ts'

/** Exemplars of a point that are kept; an SDK sends one per bucket at most. */
const maxPerPoint = 160

/** Rows of `metric_exemplars`. */
export class ExemplarRows {
  readonly columns = {
    Tenant: new LowCardinalityColumn(),
    Fingerprint: new UInt64Column(),
    Timestamp: new UInt64Column('DateTime64(3)'),
    Value: new Float64Column(),
    TraceId: new StringColumn(),
    SpanId: new StringColumn(),
    Labels: new MapColumn(),
    IngestedOn: new UInt16Column('Date'),
  }
  readonly #exemplar = new ExemplarReader()

  /** Adds the exemplars of one point; `seriesOf` says of which series an observation is. */
  add(
    request: Buffer,
    exemplars: Ranges,
    shared: {
      tenant: string
      day: number
      /** When an exemplar says no time of its own. */
      pointMs: number
      milliseconds(low: number, high: number): number
    },
    seriesOf: (value: number) => Series | undefined,
  ): void {
    const { columns } = this
    const exemplar = this.#exemplar
    for (let i = 0; i < Math.min(exemplars.count, maxPerPoint); i++) {
      exemplar.read(request, exemplars.starts[i] as number, exemplars.ends[i] as number)
      const series = exemplar.hasValue ? seriesOf(exemplar.value) : undefined
      if (series === undefined) continue
      const { timeLow, timeHigh, traceId, spanId } = exemplar
      columns.Tenant.pushText(shared.tenant)
      columns.Fingerprint.push(series.fingerprintLow, series.fingerprintHigh)
      columns.Timestamp.pushNumber(timeHigh === 0 ? shared.pointMs : shared.milliseconds(timeLow, timeHigh))
      columns.Value.push(exemplar.value)
      columns.TraceId.pushHex(request, traceId.start, traceId.end)
      columns.SpanId.pushHex(request, spanId.start, spanId.end)
      for (const [name, value] of Object.entries(decodeAttributes(request, exemplar.attributes)))
        columns.Labels.pushPair(name, value)
      columns.Labels.endRow()
      columns.IngestedOn.push(shared.day)
    }
  }
}
