import { at, attribute, headerBytes, prefixBytes, readInt64 } from './layout.ts'

/**
 * Walks over the whole batches in a buffer and reads the header fields of the one it stands on, without making an
 * object per batch. A cut batch at the end, as brokers may send, ends the walk. Hot: guarded by the broker benches.
 *
 * @example
 * const cursor = new BatchCursor(buffer)
 * while (cursor.next()) total += cursor.count
 */
export class BatchCursor {
  readonly buffer: Buffer
  /** Where the present batch begins; -1 before the first. */
  offset = -1
  /** Its whole length, header included. */
  length = 0
  #next: number

  constructor(buffer: Buffer, start = 0) {
    this.buffer = buffer
    this.#next = start
  }

  /** Moves on; false where no whole batch follows. */
  next(): boolean {
    const start = this.#next
    if (start + headerBytes > this.buffer.length) return false
    const length = this.buffer.readInt32BE(start + at.batchLength) + prefixBytes
    if (length < headerBytes || start + length > this.buffer.length) return false
    this.offset = start
    this.length = length
    this.#next = start + length
    return true
  }

  /** Where the next batch, whole or not, would begin. */
  get end(): number {
    return this.#next
  }

  get baseOffset(): number {
    return readInt64(this.buffer, this.offset + at.baseOffset)
  }
  get lastOffset(): number {
    return this.baseOffset + this.lastOffsetDelta
  }
  get nextOffset(): number {
    return this.lastOffset + 1
  }
  get leaderEpoch(): number {
    return this.buffer.readInt32BE(this.offset + at.leaderEpoch)
  }
  get magic(): number {
    return this.buffer[this.offset + at.magic] as number
  }
  get crc(): number {
    return this.buffer.readUInt32BE(this.offset + at.crc)
  }
  get attributes(): number {
    return this.buffer.readInt16BE(this.offset + at.attributes)
  }
  get lastOffsetDelta(): number {
    return this.buffer.readInt32BE(this.offset + at.lastOffsetDelta)
  }
  get baseTimestampMs(): number {
    return readInt64(this.buffer, this.offset + at.baseTimestamp)
  }
  get maxTimestampMs(): number {
    return readInt64(this.buffer, this.offset + at.maxTimestamp)
  }
  get producerId(): bigint {
    return this.buffer.readBigInt64BE(this.offset + at.producerId)
  }
  /** False for batches of producers that are not idempotent (producer id -1). */
  get hasProducerId(): boolean {
    return this.buffer.readInt32BE(this.offset + at.producerId) >= 0
  }
  get producerEpoch(): number {
    return this.buffer.readInt16BE(this.offset + at.producerEpoch)
  }
  get baseSequence(): number {
    return this.buffer.readInt32BE(this.offset + at.baseSequence)
  }
  get count(): number {
    return this.buffer.readInt32BE(this.offset + at.count)
  }
  get isTransactional(): boolean {
    return (this.attributes & attribute.transactional) !== 0
  }
  get isControl(): boolean {
    return (this.attributes & attribute.control) !== 0
  }

  get isLogAppendTime(): boolean {
    return (this.attributes & attribute.logAppendTime) !== 0
  }
  /** When tombstones and markers of the batch may go (KIP-534); undefined before its first compaction. */
  get deleteHorizonMs(): number | undefined {
    return (this.attributes & attribute.deleteHorizon) === 0 ? undefined : this.baseTimestampMs
  }

  /** A view of the present batch. */
  view(): Buffer {
    return this.buffer.subarray(this.offset, this.offset + this.length)
  }
}
