import { Range, Ranges } from './read-items.ts'
import { WireReader, wireBytes, wireFixed32, wireFixed64, wireVarint } from './wire.ts'

/** One LogRecord, as byte ranges; kept and filled again for each. Times are 0 where absent. */
export class LogRecordReader {
  timeLow = 0
  timeHigh = 0
  observedLow = 0
  observedHigh = 0
  severityNumber = 0
  flags = 0
  readonly severityText = new Range()
  /** An AnyValue: see ValueReader. */
  readonly body = new Range()
  readonly traceId = new Range()
  readonly spanId = new Range()
  readonly eventName = new Range()
  /** KeyValues: see KeyValueReader. */
  readonly attributes = new Ranges()
  readonly #reader = new WireReader()

  /** Reads the record between `start` and `end`. Invalid protobuf throws a WireError. */
  read(bytes: Buffer, start: number, end: number): void {
    this.#clear()
    const reader = this.#reader
    reader.reset(bytes, start, end)
    while (reader.next()) {
      if (reader.wireType === wireBytes) {
        const at = reader.content()
        this.#setBytes(reader.field, at, reader.position)
      } else if (reader.wireType === wireFixed64) this.#setTime(bytes, reader.field, reader.fixed64())
      else if (reader.field === 2 && reader.wireType === wireVarint) this.severityNumber = reader.varint()
      else if (reader.field === 8 && reader.wireType === wireFixed32) this.flags = reader.fixed32()
      else reader.skip()
    }
  }

  #clear(): void {
    this.timeLow = this.timeHigh = this.observedLow = this.observedHigh = 0
    this.severityNumber = this.flags = 0
    this.severityText.set(0, 0)
    this.body.set(0, 0)
    this.traceId.set(0, 0)
    this.spanId.set(0, 0)
    this.eventName.set(0, 0)
    this.attributes.clear()
  }

  #setBytes(field: number, start: number, end: number): void {
    if (field === 6) this.attributes.push(start, end)
    else if (field === 5) this.body.set(start, end)
    else if (field === 3) this.severityText.set(start, end)
    else if (field === 9) this.traceId.set(start, end)
    else if (field === 10) this.spanId.set(start, end)
    else if (field === 12) this.eventName.set(start, end)
  }

  #setTime(bytes: Buffer, field: number, at: number): void {
    if (field === 1) {
      this.timeLow = bytes.readUInt32LE(at)
      this.timeHigh = bytes.readUInt32LE(at + 4)
    } else if (field === 11) {
      this.observedLow = bytes.readUInt32LE(at)
      this.observedHigh = bytes.readUInt32LE(at + 4)
    }
  }
}
