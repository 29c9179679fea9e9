import {
  BatchCursor,
  type KafkaRecord,
  type RecordInput,
  readRecords,
  writeBatch,
} from '../../lib/kafka/index.ts'
import { readMarker } from '../partitions/markers.ts'
import type { Partition } from '../partitions/partition.ts'
import type { Marker } from '../partitions/producers.ts'

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
  async append(records: readonly RecordInput[], apply?: (baseOffset: number) => void): Promise<boolean> {
    return (await this.#append(writeBatch(records), apply)) === 0
  }

  /** As `append`, within a transaction of a producer. Kafka's error code is the result. */
  appendIn(
    producer: { producerId: number; epoch: number },
    records: readonly RecordInput[],
    apply: (baseOffset: number) => void,
  ): Promise<number> {
    const producerId = BigInt(producer.producerId)
    const options = { producerId, producerEpoch: producer.epoch, isTransactional: true }
    return this.#append(writeBatch(records, options), apply)
  }

  async #append(batch: Buffer, apply?: (baseOffset: number) => void): Promise<number> {
    while (this.#gate !== undefined) await this.#gate
    this.#inFlight++
    try {
      const { errorCode, baseOffset } = await this.#partition.append(batch)
      if (errorCode === 0) apply?.(baseOffset)
      return errorCode
    } finally {
      if (--this.#inFlight === 0) this.#onIdle?.()
    }
  }

  /** Every record there is, oldest first, with the producer in whose transaction it was written; and how those ended. */
  async load(
    each: (record: KafkaRecord, producerId: number | undefined) => void,
    onMarker: (marker: Marker) => void = () => undefined,
  ): Promise<void> {
    const { log } = this.#partition
    for (let at = log.startOffset; at < log.stableOffset; ) {
      const slice = await log.read(at, readBytes)
      const cursor = new BatchCursor(slice.bytes)
      while (cursor.next())
        if (cursor.isControl) loadMarker(cursor, onMarker)
        else loadRecords(cursor, each)
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
      const { log, lastStableOffset } = this.#partition
      // what an open transaction has written is no part of the state yet
      if (lastStableOffset === log.stableOffset) await this.#rewrite(state())
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

function loadRecords(
  cursor: BatchCursor,
  each: (record: KafkaRecord, producerId: number | undefined) => void,
): void {
  const producerId = cursor.isTransactional ? Number(cursor.producerId) : undefined
  for (const record of readRecords(cursor)) each(record, producerId)
}

function loadMarker(cursor: BatchCursor, onMarker: (marker: Marker) => void): void {
  const marker = readMarker(cursor)
  if (marker !== undefined) onMarker(marker)
}
