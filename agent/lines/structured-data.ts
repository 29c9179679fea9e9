import type { RecordDraft } from '../records/draft.ts'

/**
 * Reads what RFC 5424 calls structured data, `[id name="value" …][id …] `, into attributes called `syslog.id.name`.
 * Source: RFC 5424, section 6.3.
 */
export class StructuredData {
  readonly #out: RecordDraft
  #key = Buffer.alloc(256)

  constructor(out: RecordDraft) {
    this.#out = out
  }

  /** Answers where the text behind it begins; where an element is never closed, that is a part of the text. */
  read(bytes: Buffer, start: number, end: number): number {
    let next = start
    while (bytes[next] === 0x5b && next < end) {
      const id = next + 1
      let at = id
      while (at < end && bytes[at] !== 0x20 && bytes[at] !== 0x5d) at++
      const idEnd = at
      while (at < end && bytes[at] === 0x20) at = this.#parameter(bytes, id, idEnd, at + 1, end)
      if (at >= end) return next
      next = at + 1
    }
    return bytes[next] === 0x20 ? next + 1 : next
  }

  /** Answers where the parameter that begins at `start` ends. */
  #parameter(bytes: Buffer, id: number, idEnd: number, start: number, end: number): number {
    let equals = start
    while (equals < end && bytes[equals] !== 0x3d && bytes[equals] !== 0x5d) equals++
    if (equals + 1 >= end) return end
    if (bytes[equals] !== 0x3d || bytes[equals + 1] !== 0x22) return equals
    let close = equals + 2
    while (close < end && bytes[close] !== 0x22) close += bytes[close] === 0x5c ? 2 : 1
    if (close >= end) return end
    const length = this.#pathOf(bytes, id, idEnd, start, equals)
    const value = bytes.subarray(equals + 2, close)
    const plain = value.includes(0x5c)
      ? Buffer.from(value.toString('utf8').replace(/\\([\\"\]])/g, '$1'))
      : value
    this.#out.stringAttribute(this.#key, 0, length, plain, 0, plain.length)
    return close + 1
  }

  #pathOf(bytes: Buffer, id: number, idEnd: number, name: number, nameEnd: number): number {
    const path = `syslog.${bytes.toString('utf8', id, idEnd)}.${bytes.toString('utf8', name, nameEnd)}`
    if (this.#key.length < path.length * 3) this.#key = Buffer.alloc(path.length * 3)
    return this.#key.write(path)
  }
}
