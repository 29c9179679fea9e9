const noBytes = Buffer.alloc(0)

/** A range of somebody's bytes. Valid only until their owner takes the next record. */
export class ByteRange {
  bytes: Buffer = noBytes
  start = 0
  end = 0

  set(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes
    this.start = start
    this.end = end
  }

  clear(): void {
    this.start = this.end = 0
  }

  get length(): number {
    return this.end - this.start
  }

  toString(): string {
    return this.bytes.toString('utf8', this.start, this.end)
  }

  /** Of the same bytes as another buffer. */
  equals(other: Buffer): boolean {
    const length = this.end - this.start
    if (length !== other.length) return false
    for (let i = 0; i < length; i++) if (this.bytes[this.start + i] !== other[i]) return false
    return true
  }
}
