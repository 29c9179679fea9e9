import { Range, Ranges } from './read-items.ts'
import { WireReader, wireBytes, wireFixed64, wireVarint } from './wire.ts'

/** One Span, as byte ranges; kept and filled again for each. Times are 0 where absent. */
export class SpanReader {
  startLow = 0
  startHigh = 0
  endLow = 0
  endHigh = 0
  kind = 0
  statusCode = 0
  readonly traceId = new Range()
  readonly spanId = new Range()
  readonly parentSpanId = new Range()
  readonly traceState = new Range()
  readonly name = new Range()
  readonly statusMessage = new Range()
  readonly attributes = new Ranges()
  /** Event and Link messages: see SpanEventReader and SpanLinkReader. */
  readonly events = new Ranges()
  readonly links = new Ranges()
  readonly #reader = new WireReader()
  readonly #status = new WireReader()

  /** Reads the span between `start` and `end`. Invalid protobuf throws a WireError. */
  read(bytes: Buffer, start: number, end: number): void {
    this.#clear()
    const reader = this.#reader
    reader.reset(bytes, start, end)
    while (reader.next()) {
      if (reader.wireType === wireBytes) {
        const at = reader.content()
        this.#setBytes(bytes, reader.field, at, reader.position)
      } else if (reader.wireType === wireFixed64) this.#setTime(bytes, reader.field, reader.fixed64())
      else if (reader.wireType === wireVarint) {
        const value = reader.varint()
        if (reader.field === 6) this.kind = value
      } else reader.skip()
    }
  }

  #clear(): void {
    this.startLow = this.startHigh = this.endLow = this.endHigh = 0
    this.kind = this.statusCode = 0
    for (const range of [this.traceId, this.spanId, this.parentSpanId, this.traceState]) range.set(0, 0)
    this.name.set(0, 0)
    this.statusMessage.set(0, 0)
    this.attributes.clear()
    this.events.clear()
    this.links.clear()
  }

  #setBytes(bytes: Buffer, field: number, start: number, end: number): void {
    if (field === 9) this.attributes.push(start, end)
    else if (field === 11) this.events.push(start, end)
    else if (field === 13) this.links.push(start, end)
    else if (field === 15) this.#readStatus(bytes, start, end)
    else this.#rangeOf(field)?.set(start, end)
  }

  #rangeOf(field: number): Range | undefined {
    if (field === 1) return this.traceId
    if (field === 2) return this.spanId
    if (field === 3) return this.traceState
    if (field === 4) return this.parentSpanId
    return field === 5 ? this.name : undefined
  }

  #setTime(bytes: Buffer, field: number, at: number): void {
    if (field === 7) {
      this.startLow = bytes.readUInt32LE(at)
      this.startHigh = bytes.readUInt32LE(at + 4)
    } else if (field === 8) {
      this.endLow = bytes.readUInt32LE(at)
      this.endHigh = bytes.readUInt32LE(at + 4)
    }
  }

  #readStatus(bytes: Buffer, start: number, end: number): void {
    const reader = this.#status
    reader.reset(bytes, start, end)
    while (reader.next()) {
      if (reader.field === 2 && reader.wireType === wireBytes) {
        const at = reader.content()
        this.statusMessage.set(at, reader.position)
      } else if (reader.field === 3 && reader.wireType === wireVarint) this.statusCode = reader.varint()
      else reader.skip()
    }
  }
}

/** One Span.Event. */
export class SpanEventReader {
  timeLow = 0
  timeHigh = 0
  readonly name = new Range()
  readonly attributes = new Ranges()

  read(bytes: Buffer, start: number, end: number): void {
    this.timeLow = this.timeHigh = 0
    this.name.set(0, 0)
    this.attributes.clear()
    const reader = new WireReader(bytes, start, end)
    while (reader.next()) {
      if (reader.wireType === wireBytes) {
        const at = reader.content()
        if (reader.field === 2) this.name.set(at, reader.position)
        else if (reader.field === 3) this.attributes.push(at, reader.position)
      } else if (reader.field === 1 && reader.wireType === wireFixed64) {
        const at = reader.fixed64()
        this.timeLow = bytes.readUInt32LE(at)
        this.timeHigh = bytes.readUInt32LE(at + 4)
      } else reader.skip()
    }
  }
}

/** One Span.Link. */
export class SpanLinkReader {
  readonly traceId = new Range()
  readonly spanId = new Range()
  readonly traceState = new Range()
  readonly attributes = new Ranges()

  read(bytes: Buffer, start: number, end: number): void {
    for (const range of [this.traceId, this.spanId, this.traceState]) range.set(0, 0)
    this.attributes.clear()
    const reader = new WireReader(bytes, start, end)
    while (reader.next()) {
      if (reader.wireType !== wireBytes) {
        reader.skip()
        continue
      }
      const at = reader.content()
      if (reader.field === 1) this.traceId.set(at, reader.position)
      else if (reader.field === 2) this.spanId.set(at, reader.position)
      else if (reader.field === 3) this.traceState.set(at, reader.position)
      else if (reader.field === 4) this.attributes.push(at, reader.position)
    }
  }
}
