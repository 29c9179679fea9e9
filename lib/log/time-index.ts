import { Float64List, Int32List } from './lists.ts'

const entryBytes = 12

/**
 * The sparse index of one segment by time. An entry `timestamp int64 | offset delta int32` in `.timeindex` says: the
 * largest timestamp up to here is this one, and this batch's last offset has it. Both ascend.
 */
export class TimeIndex {
  readonly #times: Float64List
  readonly #deltas: Int32List

  constructor(capacity = 16) {
    this.#times = new Float64List(capacity)
    this.#deltas = new Int32List(capacity)
  }

  get length(): number {
    return this.#deltas.length
  }
  get sizeBytes(): number {
    return this.length * entryBytes
  }
  /** The last entry, undefined without entries. */
  get last(): { timestampMs: number; delta: number } | undefined {
    const i = this.length - 1
    return i < 0 ? undefined : { timestampMs: this.#times.at(i), delta: this.#deltas.at(i) }
  }

  /** Adds an entry where it says something new, as Kafka's maybeAppend. */
  append(timestampMs: number, delta: number): void {
    const { last } = this
    if (timestampMs < 0 || (last !== undefined && (timestampMs <= last.timestampMs || delta <= last.delta)))
      return
    this.#times.push(timestampMs)
    this.#deltas.push(delta)
  }

  /** Everything up to this offset delta is older than the time; 0 where nothing is known. */
  deltaBefore(timestampMs: number): number {
    const i = this.#times.lower(timestampMs)
    return i < 0 ? 0 : this.#deltas.at(i)
  }

  /** Drops entries of offsets at or past `delta`. */
  truncate(delta: number): void {
    let length = this.length
    while (length > 0 && this.#deltas.at(length - 1) >= delta) length--
    this.#times.truncate(length)
    this.#deltas.truncate(length)
  }

  toBytes(from = 0): Buffer {
    const bytes = Buffer.allocUnsafe((this.length - from) * entryBytes)
    for (let i = from; i < this.length; i++) {
      const at = (i - from) * entryBytes
      bytes.writeBigInt64BE(BigInt(this.#times.at(i)), at)
      bytes.writeInt32BE(this.#deltas.at(i), at + 8)
    }
    return bytes
  }

  /** Undefined where the bytes are no time index. */
  static fromBytes(bytes: Buffer): TimeIndex | undefined {
    if (bytes.length % entryBytes !== 0) return undefined
    const count = bytes.length / entryBytes
    const index = new TimeIndex(Math.max(count, 1))
    for (let i = 0; i < count; i++) {
      const timestampMs = Number(bytes.readBigInt64BE(i * entryBytes))
      index.append(timestampMs, bytes.readInt32BE(i * entryBytes + 8))
      if (index.length !== i + 1) return undefined
    }
    return index
  }
}

export const timeEntryBytes = entryBytes
