import type { Logger } from '../../lib/base/index.ts'
import { errorCodes, errorName } from '../../lib/kafka/index.ts'
import type { GroupCoordinator } from '../groups/coordinator.ts'
import type { Marker } from '../partitions/producers.ts'
import { offsetsTopic } from '../topics/names.ts'
import type { TopicTable } from '../topics/topic-table.ts'
import type { Transaction } from './transaction.ts'

/** Whoever coordinates: a single node never gives its partitions away. */
const coordinatorEpoch = 0

export interface MarkerWriterOptions {
  topics: TopicTable
  groups: GroupCoordinator
  logger: Logger
  /** Waits before what failed is tried again; false where the broker stops. */
  pause: () => Promise<boolean>
}

/** Writes the outcome of a transaction to each of its partitions, for as long as it takes. */
export class MarkerWriter {
  readonly #options: MarkerWriterOptions

  constructor(options: MarkerWriterOptions) {
    this.#options = options
  }

  /** True when all is written; false where the broker stops before. */
  async write(transaction: Transaction): Promise<boolean> {
    const marker = markerOf(transaction)
    let left = [...transaction.partitions].flatMap(([topic, ids]) =>
      [...ids].map(index => ({ topic, index })),
    )
    while (left.length > 0) {
      const isDone = await Promise.all(left.map(({ topic, index }) => this.#writeTo(topic, index, marker)))
      left = left.filter((_, i) => isDone[i] === false)
      if (left.length > 0 && !(await this.#options.pause())) return false
    }
    return true
  }

  /** False where it has to be tried again. */
  async #writeTo(topic: string, index: number, marker: Marker): Promise<boolean> {
    const errorCode = await writeMarker(this.#options, topic, index, marker)
    if (errorCode === errorCodes.KAFKA_STORAGE_ERROR) return false
    // a topic that has been deleted has nothing to decide any more
    if (errorCode !== errorCodes.NONE && errorCode !== errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
      this.#options.logger.warn('a partition refuses the marker of a transaction', {
        topic,
        partition: index,
        producerId: marker.producerId,
        error: errorName(errorCode),
      })
    return true
  }
}

/** Writes a marker to one partition, and lets the groups know what became of their offsets. Kafka's code is the result. */
export async function writeMarker(
  { topics, groups }: { topics: TopicTable; groups: GroupCoordinator },
  topic: string,
  index: number,
  marker: Marker,
): Promise<number> {
  const found = topics.get(topic)
  if (found?.hasPartition(index) !== true) return errorCodes.UNKNOWN_TOPIC_OR_PARTITION
  try {
    const errorCode = await (await found.partition(index)).appendMarker(marker)
    if (errorCode === 0 && topic === offsetsTopic)
      await groups.endTransaction(index, marker.producerId, marker.isCommit)
    return errorCode
  } catch {
    return errorCodes.KAFKA_STORAGE_ERROR
  }
}

function markerOf({ producerId, producerEpoch: epoch, state, clientVersion }: Transaction): Marker {
  const isCommit = state === 'PrepareCommit'
  return { producerId, epoch, isCommit, coordinatorEpoch, transactionVersion: clientVersion }
}
