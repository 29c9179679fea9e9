import { Range, Ranges } from './read-items.ts'
import { WireReader, wireBytes, wireFixed64 } from './wire.ts'

/** One Exemplar of a point: an observation with what was traced when it was made. Kept and filled again for each. */
export class ExemplarReader {
  timeLow = 0
  timeHigh = 0
  value = 0
  hasValue = false
  readonly spanId = new Range()
  readonly traceId = new Range()
  /** Attributes of the observation that the point left out. */
  readonly attributes = new Ranges()
  readonly #reader = new WireReader()

  /** Reads the exemplar between `start` and `end`. Invalid protobuf throws a WireError. */
  read(bytes: Buffer, start: number, end: number): void {
    this.timeLow = this.timeHigh = this.value = 0
    this.hasValue = false
    this.spanId.set(0, 0)
    this.traceId.set(0, 0)
    this.attributes.clear()
    const reader = this.#reader
    reader.reset(bytes, start, end)
    while (reader.next()) {
      const { field } = reader
      if (reader.wireType === wireFixed64) this.#setFixed(bytes, field, reader.fixed64())
      else if (reader.wireType === wireBytes) {
        const at = reader.content()
        if (field === 4) this.spanId.set(at, reader.position)
        else if (field === 5) this.traceId.set(at, reader.position)
        else if (field === 7) this.attributes.push(at, reader.position)
      } else reader.skip()
    }
  }

  #setFixed(bytes: Buffer, field: number, at: number): void {
    if (field === 2) {
      this.timeLow = bytes.readUInt32LE(at)
      this.timeHigh = bytes.readUInt32LE(at + 4)
    } else if (field === 3) {
      this.value = bytes.readDoubleLE(at)
      this.hasValue = true
    } else if (field === 6) {
      this.value = bytes.readInt32LE(at + 4) * 0x1_0000_0000 + bytes.readUInt32LE(at)
      this.hasValue = true
    }
  }
}
