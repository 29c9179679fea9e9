import { ByteSink } from './bytes.ts'
import type { BlockOutput, Column } from './column.ts'

const hexDigits = Buffer.from('0123456789abcdef')

/** Strings: each its length as a varint, then its bytes. They need not be UTF-8. */
export class StringColumn implements Column {
  readonly type = 'String'
  readonly sink = new ByteSink()
  rows = 0
  #markedRows = 0
  #markedBytes = 0

  get byteLength(): number {
    return this.sink.length
  }

  push(from: Buffer, start: number, end: number): void {
    const { sink } = this
    const length = end - start
    if (length < 0x80) sink.byte(length)
    else sink.varint(length)
    sink.copy(from, start, end)
    this.rows++
  }

  pushText(text: string): void {
    this.sink.varint(Buffer.byteLength(text))
    this.sink.text(text)
    this.rows++
  }

  /** A whole number from 0 to 2^31 - 1 in decimal digits. Returns how many. */
  pushWhole(value: number): number {
    const { sink } = this
    let length = 1
    for (let limit = 10; value >= limit; limit *= 10) length++
    sink.byte(length)
    sink.ensure(length)
    const { bytes } = sink
    let rest = value
    for (let at = sink.length + length - 1; at >= sink.length; at--) {
      const next = (rest / 10) | 0
      bytes[at] = 0x30 + rest - next * 10
      rest = next
    }
    sink.length += length
    this.rows++
    return length
  }

  pushEmpty(): void {
    this.sink.byte(0)
    this.rows++
  }

  /** Bytes as hexadecimal digits, as trace and span ids are written. */
  pushHex(from: Buffer, start: number, end: number): void {
    const { sink } = this
    sink.varint((end - start) * 2)
    sink.ensure((end - start) * 2)
    const { bytes } = sink
    let at = sink.length
    for (let i = start; i < end; i++) {
      const byte = from[i] as number
      bytes[at++] = hexDigits[byte >> 4] as number
      bytes[at++] = hexDigits[byte & 15] as number
    }
    sink.length = at
    this.rows++
  }

  /** Repeats strings written earlier, given by their bytes and their number. */
  repeat(startByte: number, endByte: number, rows: number): void {
    this.sink.repeat(startByte, endByte)
    this.rows += rows
  }

  /** Drops what was written after so many rows of so many bytes. */
  truncate(rows: number, bytes: number): void {
    this.rows = rows
    this.sink.truncate(bytes)
  }

  /** Takes out a string that lies between these bytes with its length; those behind it move up. */
  remove(startByte: number, endByte: number): void {
    const { sink } = this
    sink.bytes.copyWithin(startByte, endByte, sink.length)
    sink.truncate(sink.length - endByte + startByte)
    this.rows--
  }

  mark(): void {
    this.#markedRows = this.rows
    this.#markedBytes = this.sink.length
  }
  rollback(): void {
    this.rows = this.#markedRows
    this.sink.truncate(this.#markedBytes)
  }
  clear(): void {
    this.rows = 0
    this.sink.truncate(0)
  }
  writePrefix(): void {
    // strings have none
  }
  writeData(out: BlockOutput): void {
    if (this.sink.length > 0) out.whole(this.sink.view())
  }
}
