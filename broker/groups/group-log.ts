import {
  BatchCursor,
  type KafkaRecord,
  type RecordInput,
  readRecords,
  writeBatch,
} from '../../lib/kafka/index.ts'
import type { Partition } from '../partitions/partition.ts'

const readBytes = 1_048_576
/** Records of one batch when the whole state is written out. */
const recordsPerBatch = 500
/** Below this a partition's log is not worth shortening. */
const leastTrimBytes = 16_777_216
const trimRatio = 4

/**
 * The records of all groups that one partition of `__consumer_offsets` keeps. What has been replaced is got rid of by
 * writing the present state once more and letting go of everything before it.
 */
export class GroupLog {
  readonly #partition: Partition
  #inFlight = 0
  #onIdle: (() => void) | undefined
  #gate: Promise<void> | undefined
  /** Size of the log after it was last shortened. */
  #leastBytes = leastTrimBytes

  constructor(partition: Partition) {
    this.#partition = partition
  }

  /** True when the records are durable. `apply` then makes them true in memory, before the log may be rewritten from it. */
  async append(records: readonly RecordInput[], apply?: () => void): Promise<boolean> {
    while (this.#gate !== undefined) await this.#gate
    this.#inFlight++
    try {
      const { errorCode } = await this.#partition.append(writeBatch(records))
      if (errorCode === 0) apply?.()
      return errorCode === 0
    } finally {
      if (--this.#inFlight === 0) this.#onIdle?.()
    }
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

  get isWorthTrimming(): boolean {
    return this.#partition.log.sizeBytes > trimRatio * this.#leastBytes
  }

  /** Writes `state`, asked for when nothing is in flight, and forgets what came before it. */
  async trim(state: () => RecordInput[]): Promise<void> {
    if (this.#gate !== undefined) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gate = promise
    try {
      await this.#idle()
      await this.#rewrite(state())
    } finally {
      this.#gate = undefined
      resolve()
    }
  }

  async #rewrite(records: RecordInput[]): Promise<void> {
    const { log } = this.#partition
    await log.roll()
    const start = log.endOffset
    for (let i = 0; i < records.length; i += recordsPerBatch) {
      const { errorCode } = await this.#partition.append(writeBatch(records.slice(i, i + recordsPerBatch)))
      if (errorCode !== 0) return
    }
    await log.deleteBefore(start)
    this.#leastBytes = Math.max(leastTrimBytes, log.sizeBytes)
  }

  #idle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve()
    return new Promise(resolve => {
      this.#onIdle = () => {
        this.#onIdle = undefined
        resolve()
      }
    })
  }
}
