import type { FetchResult } from '../../client/index.ts'
import { BatchCursor, type KafkaRecord, readRecords } from '../../index.ts'

/** What a fetch gave of one partition, and where to go on. */
export interface FetchedRecords {
  records: KafkaRecord[]
  next: number
}

/**
 * The records of a fetch from `from` on, without markers of transactions, and without what aborted transactions wrote
 * where the fetch says which those are. Errors: CORRUPT_BATCH.
 */
export function recordsOf(result: FetchResult, from: number): FetchedRecords {
  const aborted = new AbortedTransactions(result.aborted ?? [])
  const records: KafkaRecord[] = []
  const cursor = new BatchCursor(result.records)
  let next = from
  while (cursor.next()) {
    next = Math.max(next, cursor.nextOffset)
    if (aborted.hide(cursor)) continue
    for (const record of readRecords(cursor)) if (record.offset >= from) records.push(record)
  }
  return { records, next }
}

/** Which batches of a partition, in order, a reader of committed records does not see (KIP-98). */
class AbortedTransactions {
  readonly #coming: { producerId: bigint; firstOffset: number }[]
  readonly #open = new Set<bigint>()

  constructor(aborted: NonNullable<FetchResult['aborted']>) {
    this.#coming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  hide(batch: BatchCursor): boolean {
    for (
      let first = this.#coming[0];
      first !== undefined && first.firstOffset <= batch.lastOffset;
      first = this.#coming[0]
    ) {
      this.#open.add(first.producerId)
      this.#coming.shift()
    }
    if (batch.isControl) this.#open.delete(batch.producerId)
    return batch.isControl || (batch.isTransactional && this.#open.has(batch.producerId))
  }
}
