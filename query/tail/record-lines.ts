import { type Logger, messageOf } from '../../lib/base/index.ts'
import { type BatchCursor, readRecords } from '../../lib/kafka/index.ts'
import { tenantHeader } from '../../lib/ledger/index.ts'
import { decodeLines, type TailLine } from './decode.ts'
import type { TailPosition } from './positions.ts'

/** Makes lines of the records of the logs topic. */
export class RecordLines {
  readonly topic: string
  /** Whose lines are that do not say it. */
  readonly #tenant: string
  readonly #logger: Logger

  constructor(topic: string, tenant: string, logger: Logger) {
    this.topic = topic
    this.#tenant = tenant
    this.#logger = logger
  }

  /** The lines of the batch under the cursor from a position on. */
  of(cursor: BatchCursor, partition: number, from: TailPosition): TailLine[] {
    const lines: TailLine[] = []
    for (const record of readRecords(cursor)) {
      // a fetch begins with the whole batch that holds the offset asked for
      if (record.offset < from.offset || record.value === null) continue
      const recordTenant = record.headers.find(({ key }) => key === tenantHeader)?.value?.toString() ?? ''
      const origin = {
        topic: this.topic,
        partition,
        offset: record.offset,
        recordTimeMs: record.timestampMs,
        recordTenant,
        tenant: this.#tenant,
      }
      const first = record.offset === from.offset ? from.index : 0
      try {
        lines.push(...decodeLines(record.value, origin).filter(({ line }) => line.source.index >= first))
      } catch (error) {
        // the aggregator keeps what cannot be read; a tail goes on
        const { offset } = record
        this.#logger.debug('record cannot be read', { partition, offset, error: messageOf(error) })
      }
    }
    return lines
  }
}
