import { BatchCursor, type Part } from '../../lib/kafka/index.ts'
import type { Log, LogRange, LogSlice } from '../../lib/log/index.ts'
import type { Partition } from '../partitions/partition.ts'

/** What a reader of committed records gets: batches, and which transactions of theirs were aborted. */
export interface CommittedSlice {
  slice: Slice
  records: Part
  aborted: { producerId: bigint; firstOffset: number }[]
}

/** What was read, or where it stands for whoever sends it from there. */
type Slice = LogSlice | LogRange

/** What one partition gives of one fetch. */
export interface Wanted {
  fetchOffset: number
  maxBytes: number
  /** Ranges of files will do as well. */
  takesRanges: boolean
}

/** Batches whatever became of their transactions. */
export async function readAll({ log }: Partition, wanted: Wanted): Promise<CommittedSlice> {
  const slice = await sliceOf(log, wanted)
  return { slice, records: recordsOf(slice), aborted: [] }
}

/** What lies below `end`, the last stable offset; the transactions by their first offset. */
export async function readCommitted(
  partition: Partition,
  wanted: Wanted,
  end: number,
): Promise<CommittedSlice> {
  const { fetchOffset } = wanted
  for (;;) {
    const { generation } = partition.log
    const slice = await sliceOf(partition.log, wanted, end)
    const records =
      'bytes' in slice && slice.nextOffset > end ? batchesBelow(slice.bytes, end) : recordsOf(slice)
    const aborted = await abortedIn(partition, fetchOffset, Math.min(slice.nextOffset, end), slice)
    // compaction has exchanged files in between: the transactions may not be those of the batches
    if (partition.log.generation === generation) return { slice, records, aborted }
    slice.release()
  }
}

/** A range cannot be cut where what is committed ends. */
async function sliceOf(log: Log, wanted: Wanted, end = Number.POSITIVE_INFINITY): Promise<Slice> {
  const { fetchOffset, maxBytes, takesRanges } = wanted
  const range = takesRanges ? await log.range(fetchOffset, maxBytes) : undefined
  if (range !== undefined && range.nextOffset <= end) return range
  range?.release()
  return await log.read(fetchOffset, maxBytes)
}

function recordsOf(slice: Slice): Part {
  return 'bytes' in slice ? slice.bytes : slice
}

async function abortedIn(partition: Partition, from: number, to: number, slice: Slice) {
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
