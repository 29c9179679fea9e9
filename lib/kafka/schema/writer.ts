import { assert } from '../../base/index.ts'
import { zeroUuid } from './field.ts'
import type { Part } from './part.ts'

const firstChunkBytes = 512
/** Record data from this size on is handed over as it is instead of being copied. */
const referenceFromBytes = 8_192

/**
 * Writes Kafka's primitive types. Output is a list of parts: what was written, and in between, by reference, the
 * record data it was given. Hot: guarded by the broker benches.
 */
export class Writer {
  #buffer: Buffer
  #offset = 0
  #parts: Part[] = []
  #partsLength = 0

  constructor(sizeHint = firstChunkBytes) {
    this.#buffer = Buffer.allocUnsafe(sizeHint)
  }

  /** Bytes so far. */
  get length(): number {
    return this.#partsLength + this.#offset
  }

  /** Everything written; begin with room for a length by `reserve` and fill it with `setInt32`. */
  finish(): Part[] {
    this.#cut()
    return this.#parts
  }

  /** Sets four bytes that were written before; they must lie in the first buffer. */
  setInt32(at: number, value: number): void {
    const first = this.#parts[0] ?? this.#buffer
    assert(Buffer.isBuffer(first), 'a message does not begin with record data')
    first.writeInt32BE(value, at)
  }

  bool(value: boolean): void {
    this.int8(value ? 1 : 0)
  }
  int8(value: number): void {
    // in two steps: making room may replace the buffer
    const at = this.#room(1)
    this.#buffer[at] = value
  }
  int16(value: number): void {
    const at = this.#room(2)
    this.#buffer[at] = value >> 8
    this.#buffer[at + 1] = value
  }
  uint16(value: number): void {
    this.int16(value)
  }
  int32(value: number): void {
    const at = this.#room(4)
    const b = this.#buffer
    b[at] = value >> 24
    b[at + 1] = value >> 16
    b[at + 2] = value >> 8
    b[at + 3] = value
  }
  int64(value: number): void {
    this.int32(Math.floor(value / 0x1_0000_0000))
    this.int32(value)
  }
  uint32(value: number): void {
    this.int32(value)
  }
  bigint64(value: bigint): void {
    const at = this.#room(8)
    this.#buffer.writeBigInt64BE(value, at)
  }
  float64(value: number): void {
    const at = this.#room(8)
    this.#buffer.writeDoubleBE(value, at)
  }
  uuid(value: string): void {
    const at = this.#room(16)
    if (value === zeroUuid) this.#buffer.fill(0, at, at + 16)
    else if (this.#buffer.write(value, at, 16, 'base64url') !== 16)
      throw new TypeError(`'${value}' is not a uuid`)
  }
  uvarint(value: number): void {
    let rest = value >>> 0
    while (rest > 0x7f) {
      this.int8((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.int8(rest)
  }

  string(value: string | null): void {
    if (value === null) {
      this.int16(-1)
      return
    }
    const length = Buffer.byteLength(value)
    if (length > 0x7fff) throw new RangeError(`a string of ${length} bytes is too long for the protocol`)
    this.int16(length)
    this.#text(value, length)
  }
  compactString(value: string | null): void {
    if (value === null) {
      this.uvarint(0)
      return
    }
    const length = Buffer.byteLength(value)
    this.uvarint(length + 1)
    this.#text(value, length)
  }
  bytes(value: Part | null): void {
    this.int32(value === null ? -1 : value.length)
    if (value !== null) this.raw(value)
  }
  compactBytes(value: Part | null): void {
    this.uvarint(value === null ? 0 : value.length + 1)
    if (value !== null) this.raw(value)
  }
  count(value: readonly unknown[] | null): void {
    this.int32(value === null ? -1 : value.length)
  }
  compactCount(value: readonly unknown[] | null): void {
    this.uvarint(value === null ? 0 : value.length + 1)
  }

  /** Bytes without a length; large ones are not copied and must stay as they are until sent. */
  raw(value: Part): void {
    if (value.length >= referenceFromBytes || !Buffer.isBuffer(value)) {
      this.#cut()
      this.#parts.push(value)
      this.#partsLength += value.length
      return
    }
    const at = this.#room(value.length)
    value.copy(this.#buffer, at)
  }

  /** Where a tagged field's content begins; `endTag` puts its length in front. Content must not hold record data. */
  beginTag(tag: number): number {
    this.uvarint(tag)
    return this.#offset
  }

  endTag(contentAt: number): void {
    const length = this.#offset - contentAt
    const room = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : 4
    this.#room(room)
    this.#buffer.copyWithin(contentAt + room, contentAt, contentAt + length)
    this.#offset = contentAt
    this.uvarint(length)
    this.#offset = contentAt + room + length
  }

  #text(value: string, length: number): void {
    const at = this.#room(length)
    if (length === value.length && length < 48) this.#ascii(value, at)
    else this.#buffer.write(value, at, length, 'utf8')
  }

  /** One byte per character means ASCII; for short text a loop is cheaper than a call into C++. */
  #ascii(value: string, at: number): void {
    const b = this.#buffer
    for (let i = 0; i < value.length; i++) b[at + i] = value.charCodeAt(i)
  }

  #room(length: number): number {
    const at = this.#offset
    const needed = at + length
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, at)
      this.#buffer = larger
    }
    this.#offset = needed
    return at
  }

  #cut(): void {
    if (this.#offset === 0) return
    this.#parts.push(this.#buffer.subarray(0, this.#offset))
    this.#partsLength += this.#offset
    this.#buffer = this.#buffer.subarray(this.#offset)
    this.#offset = 0
    if (this.#buffer.length < 64) this.#buffer = Buffer.allocUnsafe(firstChunkBytes)
  }
}
