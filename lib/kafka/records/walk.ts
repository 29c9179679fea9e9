import { corrupt } from './corrupt.ts'
import type { BatchCursor } from './cursor.ts'

/**
 * Walks over the records of a batch's content and reads of the one it stands on what can be told without making an
 * object of it. Hot where a topic is compacted or asks for its records to be looked at.
 * Errors: CORRUPT_BATCH.
 *
 * @example
 * const walk = new RecordWalk(readContent(batch), batch)
 * while (walk.next()) if (walk.key === null) return refuse(walk.index)
 */
export class RecordWalk {
  readonly #content: Buffer
  readonly #count: number
  #at = 0
  /** Of the present record among those of the batch; -1 before the first. */
  index = -1
  /** Where it begins, its length included. */
  start = 0
  /** Where its body begins, past the length. */
  body = 0
  /** Where what follows the timestamp begins. */
  afterTimestamp = 0
  timestampDelta = 0
  offsetDelta = 0
  isTombstone = false
  #keyAt = 0
  #keyLength = -1

  constructor(content: Buffer, { count }: BatchCursor) {
    // each record takes at least seven bytes, so a larger count is a lie
    if (count < 0 || count * 7 > content.length) throw corrupt(`it cannot hold ${count} records`)
    this.#content = content
    this.#count = count
  }

  /** A view; null where it has none. */
  get key(): Buffer | null {
    const at = this.#keyAt
    return this.#keyLength < 0 ? null : this.#content.subarray(at, at + this.#keyLength)
  }
  get end(): number {
    return this.#at
  }

  next(): boolean {
    if (this.index + 1 >= this.#count) {
      if (this.#at !== this.#content.length) throw corrupt('bytes follow its last record')
      return false
    }
    this.index++
    this.start = this.#at
    const length = this.#varint()
    const end = this.#at + length
    if (length < 0 || end > this.#content.length) throw corrupt('a record runs past its end')
    this.body = this.#at++
    this.timestampDelta = this.#varint()
    this.afterTimestamp = this.#at
    this.offsetDelta = this.#varint()
    this.#keyLength = this.#varint()
    this.#keyAt = this.#at
    this.#at += Math.max(0, this.#keyLength)
    const valueLength = this.#varint()
    this.isTombstone = valueLength < 0
    if (this.#at + Math.max(0, valueLength) > end) throw corrupt('a field runs past its end')
    this.#at = end
    return true
  }

  /** By arithmetic, since time deltas have more than 32 bits. */
  #varint(): number {
    let value = 0
    let scale = 1
    for (let i = 0; i < 8; i++) {
      const byte = this.#content[this.#at++]
      if (byte === undefined) break
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      scale *= 0x80
    }
    throw corrupt('a varint has no end')
  }
}
