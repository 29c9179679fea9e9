import {
  BatchCursor,
  type KafkaRecord,
  type RecordInput,
  readRecords,
  writeBatch,
} from '../../lib/kafka/index.ts'
import type { Partition } from '../partitions/partition.ts'

const readBytes = 1_048_576

/** The records of all groups that one partition of `__consumer_offsets` keeps; what has been replaced is compacted. */
export class GroupLog {
  readonly #partition: Partition

  constructor(partition: Partition) {
    this.#partition = partition
  }

  /** True when the records are durable. `apply` then makes them true in memory. */
  async append(records: readonly RecordInput[], apply?: () => void): Promise<boolean> {
    const { errorCode } = await this.#partition.append(writeBatch(records))
    if (errorCode === 0) apply?.()
    return errorCode === 0
  }

  /** Every record there is, oldest first. */
  async load(each: (record: KafkaRecord) => void): Promise<void> {
    const { log } = this.#partition
    for (let at = log.startOffset; at < log.stableOffset; ) {
      const slice = await log.read(at, readBytes)
      const cursor = new BatchCursor(slice.bytes)
      while (cursor.next()) for (const record of readRecords(cursor)) each(record)
      at = slice.nextOffset
      slice.release()
    }
  }
}
