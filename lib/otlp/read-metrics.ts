import { schemaMetadata } from './own-buckets.ts'
import { Range, Ranges } from './read-items.ts'
import { WireReader, wireBytes, wireVarint } from './wire.ts'

/** Which kind of data a Metric carries; the numbers are its field numbers, 0 for none. */
export const metricKinds = { none: 0, gauge: 5, sum: 7, histogram: 9, exponential: 10, summary: 11 } as const
/** AggregationTemporality. */
export const temporalities = { unspecified: 0, delta: 1, cumulative: 2 } as const
/** One Metric, as byte ranges; kept and filled again for each. */
export class MetricReader {
  kind = 0
  temporality = 0
  isMonotonic = false
  /** Histograms with explicit bounds that are native ones. */
  isNative = false
  readonly name = new Range()
  readonly description = new Range()
  readonly unit = new Range()
  /** Data points of the kind: see NumberPointReader, HistogramPointReader, ExponentialPointReader, SummaryPointReader. */
  readonly points = new Ranges()
  readonly #reader = new WireReader()
  readonly #data = new WireReader()

  /** Reads the metric between `start` and `end`. Invalid protobuf throws a WireError. */
  read(bytes: Buffer, start: number, end: number): void {
    this.kind = this.temporality = 0
    this.isMonotonic = this.isNative = false
    for (const range of [this.name, this.description, this.unit]) range.set(0, 0)
    this.points.clear()
    const reader = this.#reader
    reader.reset(bytes, start, end)
    while (reader.next()) {
      if (reader.wireType !== wireBytes) {
        reader.skip()
        continue
      }
      const at = reader.content()
      if (reader.field === 1) this.name.set(at, reader.position)
      else if (reader.field === 2) this.description.set(at, reader.position)
      else if (reader.field === 3) this.unit.set(at, reader.position)
      else if (reader.field === 12)
        this.isNative ||= bytes.subarray(at, reader.position).includes(schemaMetadata)
      else if (isKind(reader.field)) this.#readData(bytes, reader.field, at, reader.position)
    }
  }

  #readData(bytes: Buffer, kind: number, start: number, end: number): void {
    this.kind = kind
    const reader = this.#data
    reader.reset(bytes, start, end)
    while (reader.next()) {
      if (reader.field === 1 && reader.wireType === wireBytes) {
        const at = reader.content()
        this.points.push(at, reader.position)
      } else if (reader.wireType === wireVarint) {
        const value = reader.varint()
        if (reader.field === 2) this.temporality = value
        else if (reader.field === 3) this.isMonotonic = value !== 0
      } else reader.skip()
    }
  }
}

function isKind(field: number): boolean {
  return field === 5 || field === 7 || field === 9 || field === 10 || field === 11
}
