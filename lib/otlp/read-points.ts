import { Ranges } from './read-items.ts'
import { WireReader, wireBytes, wireFixed64, wireVarint } from './wire.ts'

/** Flag of a point that says that there is no value: the series has ended. */
export const noRecordedValue = 1
/** The NaN with which Prometheus ends a series. Source: prometheus model/value, StaleNaN. */
export const staleMarker = { low: 0x0000_0002, high: 0x7ff0_0000 } as const

/** What data points of all kinds share. */
abstract class PointReader {
  timeLow = 0
  timeHigh = 0
  flags = 0
  readonly attributes = new Ranges()
  /** See ExemplarReader. */
  readonly exemplars = new Ranges()
  readonly #reader = new WireReader()

  protected abstract readonly attributesField: number
  protected abstract readonly flagsField: number
  /** 0 where the kind has no exemplars. */
  protected abstract readonly exemplarsField: number
  protected abstract clear(): void
  /** 8 bytes at `at`: a double, a fixed64 or a sfixed64. */
  protected abstract setFixed(bytes: Buffer, field: number, at: number): void
  protected abstract setBytes(bytes: Buffer, field: number, start: number, end: number): void
  protected abstract setVarint(field: number, value: number): void

  /** Reads the point between `start` and `end`. Invalid protobuf throws a WireError. */
  read(bytes: Buffer, start: number, end: number): void {
    this.timeLow = this.timeHigh = this.flags = 0
    this.attributes.clear()
    this.exemplars.clear()
    this.clear()
    const reader = this.#reader
    reader.reset(bytes, start, end)
    while (reader.next()) {
      const { field } = reader
      if (reader.wireType === wireBytes) this.#setBytes(bytes, field, reader.content(), reader.position)
      else if (reader.wireType === wireFixed64) this.#setFixed(bytes, field, reader.fixed64())
      else if (reader.wireType === wireVarint) {
        const value = reader.varint()
        if (field === this.flagsField) this.flags = value
        else this.setVarint(field, value)
      } else reader.skip()
    }
  }

  #setBytes(bytes: Buffer, field: number, start: number, end: number): void {
    if (field === this.attributesField) this.attributes.push(start, end)
    else if (field === this.exemplarsField) this.exemplars.push(start, end)
    else this.setBytes(bytes, field, start, end)
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
  /** False where the point says nothing at all: neither a double nor an integer. */
  hasValue = false
  /** True where the double is Prometheus' staleness marker, as some collectors pass it on. */
  isStaleMarker = false
  protected readonly attributesField = 7
  protected readonly flagsField = 8
  protected readonly exemplarsField = 5
  protected clear(): void {
    this.value = 0
    this.hasValue = this.isStaleMarker = false
  }
  protected setFixed(bytes: Buffer, field: number, at: number): void {
    if (field === 4) {
      this.value = bytes.readDoubleLE(at)
      this.isStaleMarker =
        bytes.readUInt32LE(at) === staleMarker.low && bytes.readUInt32LE(at + 4) === staleMarker.high
    } else if (field === 6) this.value = bytes.readInt32LE(at + 4) * 0x1_0000_0000 + bytes.readUInt32LE(at)
    else return
    this.hasValue = true
  }
  protected setBytes(): void {
    // a point has no other field of bytes
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
  protected readonly exemplarsField = 8
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
  protected readonly exemplarsField = 11
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
  protected readonly exemplarsField = 0
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
