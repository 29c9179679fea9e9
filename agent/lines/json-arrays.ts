import type { WireWriter } from '../../lib/otlp/index.ts'
import { JsonNumber } from './json-number.ts'
import { unescapeJson } from './unescape.ts'

/** Arrays and objects nested deeper make their line plain text. */
const maxDepth = 16

/**
 * Writes JSON arrays, with whatever is in them, as OTLP's AnyValue straight from the bytes: every digit of a number is
 * kept. Members that are null are left out; in an array they keep their place as an empty value, which is OTLP's null.
 */
export class JsonArrays {
  readonly #number = new JsonNumber()
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #end = 0
  #text = Buffer.alloc(256)

  /** Writes the array at `start`; answers where it ends, -1 where it is not JSON. */
  write(bytes: Buffer, start: number, end: number, out: WireWriter): number {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
    return this.#value(out, 0) ? this.#at : -1
  }

  #value(out: WireWriter, depth: number): boolean {
    switch (this.#peek()) {
      case 0x22:
        return this.#string(out)
      case 0x5b:
        return this.#list(out, depth)
      case 0x7b:
        return this.#map(out, depth)
      case 0x74:
        return this.#literal('true') && this.#bool(out, 1)
      case 0x66:
        return this.#literal('false') && this.#bool(out, 0)
      case 0x6e:
        return this.#literal('null')
      default:
        return this.#numeral(out)
    }
  }

  #list(out: WireWriter, depth: number): boolean {
    const start = out.begin(5)
    const isWhole = this.#members(0x5d, depth, () => {
      const item = out.begin(1)
      const isValue = this.#value(out, depth + 1)
      out.end(item)
      return isValue
    })
    out.end(start)
    return isWhole
  }

  #map(out: WireWriter, depth: number): boolean {
    const start = out.begin(6)
    const isWhole = this.#members(0x7d, depth, () => this.#entry(out, depth))
    out.end(start)
    return isWhole
  }

  /** `"key": value`, as a KeyValue. */
  #entry(out: WireWriter, depth: number): boolean {
    const before = out.position
    const entry = out.begin(1)
    if (this.#peek() !== 0x22 || !this.#string(out)) return false
    this.#skipSpace()
    if (this.#peek() !== 0x3a) return false
    this.#at++
    this.#skipSpace()
    if (this.#peek() === 0x6e) {
      out.position = before
      return this.#literal('null')
    }
    const value = out.begin(2)
    const isValue = this.#value(out, depth + 1)
    out.end(value)
    out.end(entry)
    return isValue
  }

  /** What stands between brackets, divided by commas. */
  #members(close: number, depth: number, member: () => boolean): boolean {
    this.#at++
    this.#skipSpace()
    if (depth >= maxDepth) return false
    if (this.#peek() === close) {
      this.#at++
      return true
    }
    for (;;) {
      if (!member()) return false
      this.#skipSpace()
      const byte = this.#peek()
      this.#at++
      if (byte === close) return true
      if (byte !== 0x2c) return false
      this.#skipSpace()
    }
  }

  /** As field 1: of an AnyValue its string, of a KeyValue its key. */
  #string(out: WireWriter): boolean {
    const bytes = this.#bytes
    const start = this.#at + 1
    let at = start
    let hasEscapes = false
    for (; at < this.#end && bytes[at] !== 0x22; at++) {
      if (bytes[at] !== 0x5c) continue
      hasEscapes = true
      at++
    }
    if (at >= this.#end) return false
    this.#at = at + 1
    if (!hasEscapes) {
      out.copy(1, bytes, start, at)
      return true
    }
    if (this.#text.length < at - start) this.#text = Buffer.alloc((at - start) * 2)
    const length = unescapeJson(bytes, start, at, this.#text, 0)
    if (length >= 0) out.copy(1, this.#text, 0, length)
    return length >= 0
  }

  #bool(out: WireWriter, value: number): true {
    out.tag(2, 0)
    out.varint(value)
    return true
  }

  #numeral(out: WireWriter): boolean {
    const number = this.#number
    const start = this.#at
    if (!number.read(this.#bytes, start, this.#end)) return false
    this.#at = number.end
    number.writeAnyValue(out, this.#bytes, start)
    return true
  }

  #literal(word: string): boolean {
    const start = this.#at
    this.#at += word.length
    if (this.#at > this.#end) return false
    for (let i = 0; i < word.length; i++) if (this.#bytes[start + i] !== word.charCodeAt(i)) return false
    return true
  }

  #peek(): number {
    return this.#at < this.#end ? (this.#bytes[this.#at] as number) : -1
  }

  #skipSpace(): void {
    for (; this.#at < this.#end; this.#at++) {
      const byte = this.#bytes[this.#at]
      if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d && byte !== 0x0a) return
    }
  }
}
