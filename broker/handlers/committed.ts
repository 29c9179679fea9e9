import { BatchCursor } from '../../lib/kafka/index.ts'
import type { LogSlice } from '../../lib/log/index.ts'
import type { Partition } from '../partitions/partition.ts'

/** What a reader of committed records gets: batches, and which transactions of theirs were aborted. */
export interface CommittedSlice {
  slice: LogSlice
  records: Buffer
  aborted: { producerId: bigint; firstOffset: number }[]
}

/** What lies below `end`, the last stable offset; the transactions by their first offset. */
export async function readCommitted(
  partition: Partition,
  fetchOffset: number,
  maxBytes: number,
  end: number,
): Promise<CommittedSlice> {
  for (;;) {
    const { generation } = partition.log
    const slice = await partition.log.read(fetchOffset, maxBytes)
    const records = slice.nextOffset <= end ? slice.bytes : batchesBelow(slice.bytes, end)
    const aborted = await abortedIn(partition, fetchOffset, Math.min(slice.nextOffset, end), slice)
    // compaction has exchanged files in between: the transactions may not be those of the batches
    if (partition.log.generation === generation) return { slice, records, aborted }
    slice.release()
  }
}

async function abortedIn(partition: Partition, from: number, to: number, slice: LogSlice) {
  try {
    const aborted = await partition.abortedTransactions(from, to)
    aborted.sort((a, b) => a.firstOffset - b.firstOffset)
    return aborted.map(({ producerId, firstOffset }) => ({ producerId: BigInt(producerId), firstOffset }))
  } catch (error) {
    slice.release()
    throw error
  }
}

/** The last stable offset is where a batch begins. */
function batchesBelow(bytes: Buffer, end: number): Buffer {
  const cursor = new BatchCursor(bytes)
  let length = 0
  while (cursor.next() && cursor.baseOffset < end) length = cursor.end
  return bytes.subarray(0, length)
}
