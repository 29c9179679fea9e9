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

/** The records of all groups that one partition of `__consumer_offsets` keeps; what has been replaced is compacted. */
export class GroupLog {
  readonly #partition: Partition

  constructor(partition: Partition) {
    this.#partition = partition
  }

  /** True when the records are durable. `apply` then makes them true in memory. */
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
    const { errorCode, baseOffset } = await this.#partition.append(batch)
    if (errorCode === 0) apply?.(baseOffset)
    return errorCode
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
