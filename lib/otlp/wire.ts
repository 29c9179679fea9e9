/**
 * The protobuf wire format, read in place: a cursor over bytes, no object per field.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export const wireVarint = 0
export const wireFixed64 = 1
export const wireBytes = 2
export const wireFixed32 = 5

/** What a reader stands on that is pointed at its bytes later. */
const noBytes = Buffer.alloc(0)
/** Up to so many bytes a plain loop copies in less time than a call into native code: ids, words of levels. */
const shortCopy = 32

/** Invalid protobuf; `position` is the byte at which it was noticed. */
export class WireError extends Error {
  readonly code = 'PROTOBUF_INVALID'
  readonly position: number
  constructor(what: string, position: number) {
    super(`invalid protobuf: ${what} at byte ${position}`)
    this.position = position
  }
}

/**
 * Walks the fields of one message between `position` and `end`. Nested messages are entered by `enter` and left by
 * `leave`, so one reader serves the whole tree without allocation.
 *
 * @example
 * const reader = new WireReader(Buffer.from([0x08, 0x96, 0x01]))
 * reader.next() // => true
 * reader.field // => 1
 * reader.varint() // => 150
 */
export class WireReader {
  bytes: Buffer
  position: number
  end: number
  field = 0
  wireType = 0

  constructor(bytes: Buffer = noBytes, position = 0, end = bytes.length) {
    this.bytes = bytes
    this.position = position
    this.end = end
  }

  /** Points the reader at other bytes. */
  reset(bytes: Buffer, position = 0, end = bytes.length): void {
    this.bytes = bytes
    this.position = position
    this.end = end
  }

  /** Reads the next tag into `field` and `wireType`; false at the end of the message. */
  next(): boolean {
    if (this.position >= this.end) return false
    const tag = this.varint()
    this.field = Math.floor(tag / 8)
    this.wireType = tag & 7
    if (this.field === 0) throw new WireError('field number 0', this.position)
    return true
  }

  /** An unsigned varint as a number; beyond 2^53 the low digits are lost (use `skip` and the bytes where that matters). */
  varint(): number {
    const first = this.position < this.end ? (this.bytes[this.position] as number) : 0x80
    if (first < 0x80) {
      this.position++
      return first
    }
    let result = 0
    let factor = 1
    for (let i = 0; i < 10; i++) {
      if (this.position >= this.end) throw new WireError('varint runs past the end', this.position)
      const byte = this.bytes[this.position++] as number
      result += (byte & 0x7f) * factor
      if (byte < 0x80) return result
      factor *= 128
    }
    throw new WireError('varint longer than 10 bytes', this.position)
  }

  /** Steps over a varint of any size. */
  skipVarint(): void {
    const last = Math.min(this.end, this.position + 10)
    for (let at = this.position; at < last; at++)
      if ((this.bytes[at] as number) < 0x80) {
        this.position = at + 1
        return
      }
    const what = last === this.end ? 'varint runs past the end' : 'varint longer than 10 bytes'
    throw new WireError(what, last)
  }

  /** A signed 64-bit varint, exact. */
  varint64(): bigint {
    let result = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.position >= this.end) throw new WireError('varint runs past the end', this.position)
      const byte = this.bytes[this.position++] as number
      result |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, result)
    }
    throw new WireError('varint longer than 10 bytes', this.position)
  }

  /** Position of 8 little-endian bytes, which are stepped over: callers copy them as they are. */
  fixed64(): number {
    const at = this.position
    if (at + 8 > this.end) throw new WireError('fixed64 runs past the end', at)
    this.position = at + 8
    return at
  }

  fixed32(): number {
    const at = this.position
    if (at + 4 > this.end) throw new WireError('fixed32 runs past the end', at)
    this.position = at + 4
    return this.bytes.readUInt32LE(at)
  }

  double(): number {
    return this.bytes.readDoubleLE(this.fixed64())
  }

  /** Length of a length-delimited field whose content starts at `position`; checked to lie inside the message. */
  length(): number {
    if (this.wireType !== wireBytes)
      throw new WireError(`wire type ${this.wireType} where bytes are due`, this.position)
    const length = this.varint()
    if (length > this.end - this.position) throw new WireError('field runs past the end', this.position)
    return length
  }

  /** Steps over a length-delimited field: returns where its content starts; `position` is where it ends. */
  content(): number {
    const length = this.length()
    const start = this.position
    this.position = start + length
    return start
  }

  /** Enters a nested message; returns the end to give back to `leave`. */
  enter(): number {
    const length = this.length()
    const outer = this.end
    this.end = this.position + length
    return outer
  }

  leave(outerEnd: number): void {
    this.position = this.end
    this.end = outerEnd
  }

  string(): string {
    const length = this.length()
    const text = this.bytes.toString('utf8', this.position, this.position + length)
    this.position += length
    return text
  }

  /** A view of the bytes of a length-delimited field, not a copy. */
  view(): Buffer {
    const length = this.length()
    const view = this.bytes.subarray(this.position, this.position + length)
    this.position += length
    return view
  }

  /** Steps over the value of the field just read by `next`. */
  skip(): void {
    if (this.wireType === wireVarint) this.skipVarint()
    else if (this.wireType === wireFixed64) this.fixed64()
    else if (this.wireType === wireBytes) {
      // in two steps: `length` itself moves the position
      const length = this.length()
      this.position += length
    } else if (this.wireType === wireFixed32) this.fixed32()
    else throw new WireError(`unknown wire type ${this.wireType}`, this.position)
  }
}

/**
 * Writes protobuf into one growing buffer, without intermediate objects. A nested message is opened with `begin`,
 * which reserves its length, and closed with `end`.
 */
export class WireWriter {
  bytes: Buffer
  position = 0

  constructor(capacity = 65_536) {
    this.bytes = Buffer.allocUnsafe(capacity)
  }

  reset(): void {
    this.position = 0
  }

  /** A copy of what was written. */
  finish(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.position))
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType)
  }

  varint(value: number): void {
    this.ensure(10)
    let rest = value
    while (rest >= 0x80) {
      this.bytes[this.position++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    this.bytes[this.position++] = rest
  }

  varint64(value: bigint): void {
    this.ensure(10)
    let rest = BigInt.asUintN(64, value)
    while (rest >= 0x80n) {
      this.bytes[this.position++] = Number(rest & 0x7fn) | 0x80
      rest >>= 7n
    }
    this.bytes[this.position++] = Number(rest)
  }

  fixed64(value: bigint): void {
    this.ensure(8)
    this.position = this.bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.position)
  }

  fixed32(value: number): void {
    this.ensure(4)
    this.position = this.bytes.writeUInt32LE(value >>> 0, this.position)
  }

  double(value: number): void {
    this.ensure(8)
    this.position = this.bytes.writeDoubleLE(value, this.position)
  }

  /** A length-delimited field with this text. */
  string(field: number, text: string): void {
    this.tag(field, wireBytes)
    const length = Buffer.byteLength(text)
    this.varint(length)
    this.ensure(length)
    this.position += this.bytes.write(text, this.position, length, 'utf8')
  }

  /** A length-delimited field with a range of another buffer. */
  copy(field: number, from: Buffer, start: number, end: number): void {
    this.tag(field, wireBytes)
    this.varint(end - start)
    this.ensure(end - start)
    if (end - start > shortCopy) from.copy(this.bytes, this.position, start, end)
    else for (let i = start, at = this.position; i < end; i++) this.bytes[at++] = from[i] as number
    this.position += end - start
  }

  /** Opens a nested message of which the length is not known yet. Five bytes are kept for it (a padded varint). */
  begin(field: number): number {
    this.tag(field, wireBytes)
    this.ensure(5)
    this.position += 5
    return this.position
  }

  /** Closes the message that `begin` opened. */
  end(start: number): void {
    let length = this.position - start
    for (let at = start - 5; at < start - 1; at++) {
      this.bytes[at] = (length & 0x7f) | 0x80
      length >>>= 7
    }
    this.bytes[start - 1] = length
  }

  ensure(extra: number): void {
    if (this.position + extra <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.position + extra))
    this.bytes.copy(grown, 0, 0, this.position)
    this.bytes = grown
  }
}
