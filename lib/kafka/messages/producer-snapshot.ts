import { array, bigint64, int16, int32, int64, uint32 } from '../schema/field.ts'
import { Message } from '../schema/message.ts'

// The `.snapshot` file beside a segment: what the partition knew of its producers when the segment began.

export const producerSnapshot = new Message('ProducerSnapshot', {
  versions: [1, 1],
  flexible: null,
  fields: {
    crc: uint32(),
    producerEntries: array({
      producerId: bigint64(),
      epoch: int16(),
      lastSequence: int32(),
      lastOffset: int64(),
      offsetDelta: int32(),
      timestamp: int64(),
      coordinatorEpoch: int32(),
      currentTxnFirstOffset: int64(),
    }),
  },
})
