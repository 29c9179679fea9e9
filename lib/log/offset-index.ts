import { Int32List, isWithin } from './lists.ts'

const entryBytes = 8

/**
 * The sparse index of one segment: which position holds which offset. On disk, in `.index`, an entry is
 * `offset delta int32 | position int32`, the delta being that of the batch's last offset (Kafka's LogSegment.append);
 * in memory the batch's first offset is kept too, so that a read at a batch's start finds it exactly.
 */
export class OffsetIndex {
  readonly #first: Int32List
  readonly #last: Int32List
  readonly #positions: Int32List

  constructor(capacity = 16) {
    this.#first = new Int32List(capacity)
    this.#last = new Int32List(capacity)
    this.#positions = new Int32List(capacity)
  }

  get length(): number {
    return this.#positions.length
  }
  get sizeBytes(): number {
    return this.length * 12
  }

  append(firstDelta: number, lastDelta: number, position: number): void {
    this.#first.push(firstDelta)
    this.#last.push(lastDelta)
    this.#positions.push(position)
  }

  /** Position of a batch that begins at or below the offset; 0 where none is known. */
  positionFor(delta: number): number {
    const i = this.#first.floor(delta)
    return i < 0 ? 0 : this.#positions.at(i)
  }

  /** The last position at or below the given one that a batch begins at, as far as known; 0 where none is. */
  positionAtMost(position: number): number {
    const i = this.#positions.floor(position)
    return i < 0 ? 0 : this.#positions.at(i)
  }

  /** The last entry's position, 0 without entries. */
  get lastPosition(): number {
    return this.length === 0 ? 0 : this.#positions.at(this.length - 1)
  }

  /** Drops entries of batches at or past `position`. */
  truncate(position: number): void {
    let length = this.length
    while (length > 0 && this.#positions.at(length - 1) >= position) length--
    for (const list of [this.#first, this.#last, this.#positions]) list.truncate(length)
  }

  /** Entries from `from` on as they stand on disk. */
  toBytes(from = 0): Buffer {
    const bytes = Buffer.allocUnsafe((this.length - from) * entryBytes)
    for (let i = from; i < this.length; i++) {
      const at = (i - from) * entryBytes
      bytes.writeInt32BE(this.#last.at(i), at)
      bytes.writeInt32BE(this.#positions.at(i), at + 4)
    }
    return bytes
  }

  /** Undefined where the bytes are no index of a segment of `logBytes`: it is then made anew from the log. */
  static fromBytes(bytes: Buffer, logBytes: number): OffsetIndex | undefined {
    if (bytes.length % entryBytes !== 0) return undefined
    const count = bytes.length / entryBytes
    const index = new OffsetIndex(Math.max(count, 1))
    let lastDelta = -1
    let lastPosition = -1
    for (let i = 0; i < count; i++) {
      const delta = bytes.readInt32BE(i * entryBytes)
      const position = bytes.readInt32BE(i * entryBytes + 4)
      if (delta <= lastDelta || !isWithin(position, lastPosition + 1, logBytes)) return undefined
      index.append(delta, delta, position)
      lastDelta = delta
      lastPosition = position
    }
    return index
  }
}

export const offsetEntryBytes = entryBytes
