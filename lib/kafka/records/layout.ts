/**
 * The record batch of magic 2 (KIP-98), the only format written since Kafka 0.11; big endian:
 *
 *    0 base_offset int64        27 base_timestamp int64
 *    8 batch_length int32       35 max_timestamp int64
 *   12 leader_epoch int32       43 producer_id int64
 *   16 magic int8               51 producer_epoch int16
 *   17 crc uint32               53 base_sequence int32
 *   21 attributes int16         57 count int32
 *   23 last_offset_delta int32  61 records
 *
 * `batch_length` counts from offset 12 on; the CRC covers offset 21 to the end, so base offset and leader epoch can be
 * changed without it.
 */
export const headerBytes = 61
/** Bytes in front of what `batch_length` counts. */
export const prefixBytes = 12
export const magic = 2

export const at = {
  baseOffset: 0,
  batchLength: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57,
} as const

/** Bits of `attributes`. */
export const attribute = {
  compressionMask: 0x07,
  logAppendTime: 0x08,
  transactional: 0x10,
  control: 0x20,
  /** The base timestamp is when tombstones and markers of the batch may go (KIP-534). */
  deleteHorizon: 0x40,
} as const

/** Records of the whole batch that begins the buffer. */
export function recordCount(batch: Buffer): number {
  return batch.readInt32BE(at.count)
}

/** A 64-bit number as a number; offsets and times are far below 2^53, anything beyond is corrupt. */
export function readInt64(buffer: Buffer, offset: number): number {
  return buffer.readInt32BE(offset) * 0x1_0000_0000 + buffer.readUInt32BE(offset + 4)
}

export function writeInt64(buffer: Buffer, value: number, offset: number): void {
  buffer.writeInt32BE(Math.floor(value / 0x1_0000_0000), offset)
  buffer.writeUInt32BE(value >>> 0, offset + 4)
}
