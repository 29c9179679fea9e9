import { batchCrc } from './crc.ts'
import { at, prefixBytes, readInt64, writeInt64 } from './layout.ts'

/** Sets base offset and leader epoch of the batch at `start`; both lie outside the CRC. */
export function patchBatch(buffer: Buffer, start: number, baseOffset: number, leaderEpoch: number): void {
  writeInt64(buffer, baseOffset, start + at.baseOffset)
  buffer.writeInt32BE(leaderEpoch, start + at.leaderEpoch)
}

/** Moves the times of the batch at `start`. Its CRC is then wrong: `patchProducer` computes it anew. */
export function shiftTimestamps(buffer: Buffer, start: number, shiftMs: number): void {
  for (const place of [at.baseTimestamp, at.maxTimestamp])
    writeInt64(buffer, readInt64(buffer, start + place) + shiftMs, start + place)
}

export interface ProducerStamp {
  producerId: bigint
  producerEpoch: number
  baseSequence: number
}

/** Makes the batch at `start` one of an idempotent producer, and computes its CRC anew. */
export function patchProducer(buffer: Buffer, start: number, stamp: ProducerStamp): void {
  buffer.writeBigInt64BE(stamp.producerId, start + at.producerId)
  buffer.writeInt16BE(stamp.producerEpoch, start + at.producerEpoch)
  buffer.writeInt32BE(stamp.baseSequence, start + at.baseSequence)
  const length = buffer.readInt32BE(start + at.batchLength) + prefixBytes
  buffer.writeUInt32BE(batchCrc(buffer, start, length), start + at.crc)
}
