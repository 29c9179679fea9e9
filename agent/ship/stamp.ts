import { patchBatch, patchProducer, shiftTimestamps } from '../../lib/kafka/index.ts'
import type { SpooledBatch } from './batch-reader.ts'
import type { LaneProducer } from './lane-state.ts'
import { sequenceOf } from './resume.ts'

/** Makes a spooled batch one of this producer: its sequence is its offset in the spool, counted from the producer's first. */
export function stamp(batch: SpooledBatch, producer: LaneProducer, shiftMs: number): void {
  // as clients send it: the broker gives out offset and leader epoch
  patchBatch(batch.bytes, 0, 0, -1)
  if (shiftMs !== 0) shiftTimestamps(batch.bytes, 0, shiftMs)
  patchProducer(batch.bytes, 0, {
    producerId: BigInt(producer.id),
    producerEpoch: producer.epoch,
    baseSequence: sequenceOf(batch.offset - producer.base),
  })
}
