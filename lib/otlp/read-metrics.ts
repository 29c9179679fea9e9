import { Range, Ranges } from './read-items.ts'
import { WireReader, wireBytes, wireFixed64, wireVarint } from './wire.ts'

/** Which kind of data a Metric carries; the numbers are its field numbers, 0 for none. */
export const metricKinds = { none: 0, gauge: 5, sum: 7, histogram: 9, exponential: 10, summary: 11 } as const
/** AggregationTemporality. */
export const temporalities = { unspecified: 0, delta: 1, cumulative: 2 } as const
/** Flag of a point that says that there is no value: the series has ended. */
export const noRecordedValue = 1

/** One Metric, as byte ranges; kept and filled again for each. */
export class MetricReader {
  kind = 0
  temporality = 0
  isMonotonic = false
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
    this.isMonotonic = false
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

/** What data points of all kinds share. */
abstract class PointReader {
  timeLow = 0
  timeHigh = 0
  flags = 0
  readonly attributes = new Ranges()
  readonly #reader = new WireReader()

  protected abstract readonly attributesField: number
  protected abstract readonly flagsField: number
  protected abstract clear(): void
  /** 8 bytes at `at`: a double, a fixed64 or a sfixed64. */
  protected abstract setFixed(bytes: Buffer, field: number, at: number): void
  protected abstract setBytes(bytes: Buffer, field: number, start: number, end: number): void
  protected abstract setVarint(field: number, value: number): void

  /** Reads the point between `start` and `end`. Invalid protobuf throws a WireError. */
  read(bytes: Buffer, start: number, end: number): void {
    this.timeLow = this.timeHigh = this.flags = 0
    this.attributes.clear()
    this.clear()
    const reader = this.#reader
    reader.reset(bytes, start, end)
    while (reader.next()) {
      const { field } = reader
      if (reader.wireType === wireBytes) {
        const at = reader.content()
        if (field === this.attributesField) this.attributes.push(at, reader.position)
        else this.setBytes(bytes, field, at, reader.position)
      } else if (reader.wireType === wireFixed64) this.#setFixed(bytes, field, reader.fixed64())
      else if (reader.wireType === wireVarint) {
        const value = reader.varint()
        if (field === this.flagsField) this.flags = value
        else this.setVarint(field, value)
      } else reader.skip()
    }
  }

  #setFixed(bytes: Buffer, field: number, at: number): void {
    if (field === 3) {
      this.timeLow = bytes.readUInt32LE(at)
      this.timeHigh = bytes.readUInt32LE(at + 4)
    } else this.setFixed(bytes, field, at)
  }
}

/** A point of a gauge or a sum. */
export class NumberPointReader extends PointReader {
  value = 0
  protected readonly attributesField = 7
  protected readonly flagsField = 8
  protected clear(): void {
    this.value = 0
  }
  protected setFixed(bytes: Buffer, field: number, at: number): void {
    if (field === 4) this.value = bytes.readDoubleLE(at)
    else if (field === 6) this.value = bytes.readInt32LE(at + 4) * 0x1_0000_0000 + bytes.readUInt32LE(at)
  }
  protected setBytes(): void {
    // a point has no other field of bytes but exemplars, which are not kept
  }
  protected setVarint(): void {
    // nor any of this type but its flags
  }
}

/** A point of a histogram with explicit bounds; `counts` has one more entry than `bounds`, or both are empty. */
export class HistogramPointReader extends PointReader {
  count = 0
  sum = Number.NaN
  counts: number[] = []
  bounds: number[] = []
  protected readonly attributesField = 9
  protected readonly flagsField = 10
  protected clear(): void {
    this.count = 0
    this.sum = Number.NaN
    this.counts = []
    this.bounds = []
  }
  protected setFixed(bytes: Buffer, field: number, at: number): void {
    if (field === 4) this.count = readUInt64(bytes, at)
    else if (field === 5) this.sum = bytes.readDoubleLE(at)
    else if (field === 6) this.counts.push(readUInt64(bytes, at))
    else if (field === 7) this.bounds.push(bytes.readDoubleLE(at))
  }
  protected setBytes(bytes: Buffer, field: number, start: number, end: number): void {
    if (field === 6) for (let at = start; at + 8 <= end; at += 8) this.counts.push(readUInt64(bytes, at))
    else if (field === 7)
      for (let at = start; at + 8 <= end; at += 8) this.bounds.push(bytes.readDoubleLE(at))
  }
  protected setVarint(): void {
    // no field of this type but the flags
  }
}

/** One half of an exponential histogram: bucket i counts (base^(offset+i), base^(offset+i+1)], base = 2^(2^-scale). */
export interface ExponentialBuckets {
  offset: number
  counts: number[]
}

/** A point of an exponential histogram. */
export class ExponentialPointReader extends PointReader {
  count = 0
  sum = Number.NaN
  scale = 0
  zeroCount = 0
  zeroThreshold = 0
  positive: ExponentialBuckets = { offset: 0, counts: [] }
  negative: ExponentialBuckets = { offset: 0, counts: [] }
  protected readonly attributesField = 1
  protected readonly flagsField = 10
  protected clear(): void {
    this.count = this.scale = this.zeroCount = this.zeroThreshold = 0
    this.sum = Number.NaN
    this.positive = { offset: 0, counts: [] }
    this.negative = { offset: 0, counts: [] }
  }
  protected setFixed(bytes: Buffer, field: number, at: number): void {
    if (field === 4) this.count = readUInt64(bytes, at)
    else if (field === 5) this.sum = bytes.readDoubleLE(at)
    else if (field === 7) this.zeroCount = readUInt64(bytes, at)
    else if (field === 14) this.zeroThreshold = bytes.readDoubleLE(at)
  }
  protected setBytes(bytes: Buffer, field: number, start: number, end: number): void {
    if (field === 8) this.positive = readBuckets(bytes, start, end)
    else if (field === 9) this.negative = readBuckets(bytes, start, end)
  }
  protected setVarint(field: number, value: number): void {
    if (field === 6) this.scale = unZigZag(value)
  }
}

/** A point of a summary. */
export class SummaryPointReader extends PointReader {
  count = 0
  sum = 0
  quantiles: { quantile: number; value: number }[] = []
  protected readonly attributesField = 7
  protected readonly flagsField = 8
  protected clear(): void {
    this.count = this.sum = 0
    this.quantiles = []
  }
  protected setFixed(bytes: Buffer, field: number, at: number): void {
    if (field === 4) this.count = readUInt64(bytes, at)
    else if (field === 5) this.sum = bytes.readDoubleLE(at)
  }
  protected setBytes(bytes: Buffer, field: number, start: number, end: number): void {
    if (field !== 6) return
    const reader = new WireReader(bytes, start, end)
    const found = { quantile: 0, value: 0 }
    while (reader.next()) {
      if (reader.field === 1) found.quantile = reader.double()
      else if (reader.field === 2) found.value = reader.double()
      else reader.skip()
    }
    this.quantiles.push(found)
  }
  protected setVarint(): void {
    // no field of this type but the flags
  }
}

function readBuckets(bytes: Buffer, start: number, end: number): ExponentialBuckets {
  const reader = new WireReader(bytes, start, end)
  const buckets: ExponentialBuckets = { offset: 0, counts: [] }
  while (reader.next()) {
    if (reader.field === 1) buckets.offset = unZigZag(reader.varint())
    else if (reader.field === 2 && reader.wireType === wireBytes) {
      const outer = reader.enter()
      while (reader.position < reader.end) buckets.counts.push(reader.varint())
      reader.leave(outer)
    } else if (reader.field === 2) buckets.counts.push(reader.varint())
    else reader.skip()
  }
  return buckets
}

function unZigZag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}

function readUInt64(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at + 4) * 0x1_0000_0000 + bytes.readUInt32LE(at)
}
