/** From this length on a native copy beats a loop over bytes. */
const nativeCopyBytes = 40

/** Bytes that grow at their end. Kept between blocks: `truncate(0)` starts afresh in the same memory. */
export class ByteSink {
  bytes: Buffer
  length = 0

  constructor(capacity = 4096) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
  }

  ensure(extra: number): void {
    if (this.length + extra <= this.bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + extra))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }

  truncate(length: number): void {
    this.length = length
  }

  byte(value: number): void {
    this.ensure(1)
    this.bytes[this.length++] = value
  }

  /** An unsigned LEB128 number below 2^53. */
  varint(value: number): void {
    this.ensure(8)
    let rest = value
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    this.bytes[this.length++] = rest
  }

  uint64(value: number): void {
    this.ensure(8)
    this.bytes.writeUInt32LE(value >>> 0, this.length)
    this.bytes.writeUInt32LE(Math.floor(value / 0x1_0000_0000), this.length + 4)
    this.length += 8
  }

  copy(from: Buffer, start: number, end: number): void {
    const count = end - start
    this.ensure(count)
    const { bytes } = this
    let at = this.length
    this.length = at + count
    if (count >= nativeCopyBytes) from.copy(bytes, at, start, end)
    else for (let i = start; i < end; i++) bytes[at++] = from[i] as number
  }

  /** Repeats bytes written earlier. */
  repeat(start: number, end: number): void {
    this.ensure(end - start)
    this.bytes.copyWithin(this.length, start, end)
    this.length += end - start
  }

  /** Text in UTF-8; returns its length in bytes. */
  text(value: string): number {
    // three bytes are the most that a UTF-16 unit takes
    this.ensure(value.length * 3)
    const written = this.bytes.write(value, this.length)
    this.length += written
    return written
  }

  view(): Buffer {
    return this.bytes.subarray(0, this.length)
  }
}
