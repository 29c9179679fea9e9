import { OperatingError } from '../../base/index.ts'

/** Bytes that are not the message they claim to be. The connection they came over cannot be trusted any further. */
export function malformed(why: string): OperatingError {
  return new OperatingError('MALFORMED_MESSAGE', `malformed message: ${why}`)
}

/** Array elements in one message, all arrays together: bounds what a small frame can make us allocate. */
const maxElements = 1_000_000

/**
 * Reads Kafka's primitive types from part of a buffer. Every method checks the end and throws MALFORMED_MESSAGE.
 * Hot: guarded by the broker produce bench; plain byte arithmetic, no views but for `records`.
 */
export class Reader {
  readonly buffer: Buffer
  offset: number
  readonly end: number
  #elements = 0

  constructor(buffer: Buffer, offset = 0, end = buffer.length) {
    this.buffer = buffer
    this.offset = offset
    this.end = end
  }

  get remaining(): number {
    return this.end - this.offset
  }

  /** Moves past `length` bytes and returns where they begin. */
  take(length: number): number {
    const at = this.offset
    if (length < 0 || at + length > this.end) throw malformed(`needs ${length} bytes, has ${this.end - at}`)
    this.offset = at + length
    return at
  }

  bool(): boolean {
    return this.buffer[this.take(1)] !== 0
  }
  int8(): number {
    return this.buffer.readInt8(this.take(1))
  }
  int16(): number {
    const at = this.take(2)
    return (((this.buffer[at] as number) << 24) >> 16) | (this.buffer[at + 1] as number)
  }
  uint16(): number {
    return this.int16() & 0xffff
  }
  int32(): number {
    const at = this.take(4)
    const b = this.buffer
    return (
      ((b[at] as number) << 24) |
      ((b[at + 1] as number) << 16) |
      ((b[at + 2] as number) << 8) |
      (b[at + 3] as number)
    )
  }
  uint32(): number {
    return this.int32() >>> 0
  }
  int64(): number {
    const high = this.int32()
    const value = high * 0x1_0000_0000 + (this.int32() >>> 0)
    if (!Number.isSafeInteger(value)) throw malformed('a 64-bit number is beyond 2^53')
    return value
  }
  bigint64(): bigint {
    return this.buffer.readBigInt64BE(this.take(8))
  }
  float64(): number {
    return this.buffer.readDoubleBE(this.take(8))
  }
  uuid(): string {
    const at = this.take(16)
    return this.buffer.toString('base64url', at, at + 16)
  }

  /** Unsigned varint of at most 32 bits (KIP-482). */
  uvarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.take(1)] as number
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw malformed('a varint is longer than five bytes')
  }

  string(): string {
    return this.#text(this.int16()) ?? this.#unexpectedNull()
  }
  nullableString(): string | null {
    return this.#text(this.int16())
  }
  compactString(): string {
    return this.#text(this.uvarint() - 1) ?? this.#unexpectedNull()
  }
  compactNullableString(): string | null {
    return this.#text(this.uvarint() - 1)
  }

  bytes(): Buffer {
    return this.nullableBytes() ?? this.#unexpectedNull()
  }
  nullableBytes(): Buffer | null {
    const view = this.#view(this.int32())
    return view && Buffer.from(view)
  }
  compactBytes(): Buffer {
    return this.compactNullableBytes() ?? this.#unexpectedNull()
  }
  compactNullableBytes(): Buffer | null {
    const view = this.#view(this.uvarint() - 1)
    return view && Buffer.from(view)
  }

  records(): Buffer {
    return this.#view(this.int32()) ?? this.#unexpectedNull()
  }
  nullableRecords(): Buffer | null {
    return this.#view(this.int32())
  }
  compactRecords(): Buffer {
    return this.#view(this.uvarint() - 1) ?? this.#unexpectedNull()
  }
  compactNullableRecords(): Buffer | null {
    return this.#view(this.uvarint() - 1)
  }

  /** Length of an array that may not be null. */
  count(): number {
    return this.#counted(this.int32(), false)
  }
  /** -1 for null. */
  nullableCount(): number {
    return this.#counted(this.int32(), true)
  }
  compactCount(): number {
    return this.#counted(this.uvarint() - 1, false)
  }
  compactNullableCount(): number {
    return this.#counted(this.uvarint() - 1, true)
  }

  skipTags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint()
      this.take(this.uvarint())
    }
  }

  /** Says so when a tagged field was not exactly as long as announced. */
  endTag(expectedOffset: number): void {
    if (this.offset !== expectedOffset) throw malformed('a tagged field is not as long as it says')
  }

  #counted(count: number, nullable: boolean): number {
    if (count === -1 && nullable) return -1
    // every element takes at least one byte, so a larger count cannot be true
    if (count < 0 || count > this.remaining) throw malformed(`an array of ${count} elements does not fit`)
    this.#elements += count
    if (this.#elements > maxElements) throw malformed(`more than ${maxElements} array elements`)
    return count
  }

  #text(length: number): string | null {
    if (length === -1) return null
    const at = this.take(length)
    return this.buffer.toString('utf8', at, at + length)
  }

  #view(length: number): Buffer | null {
    if (length === -1) return null
    const at = this.take(length)
    return this.buffer.subarray(at, at + length)
  }

  #unexpectedNull(): never {
    throw malformed('null where a value is required')
  }
}
