import type { ClickHouseClient } from '@clickhouse/client'
import type { Offsets } from './gaps.ts'

/** Lines of records of a partition that were deleted: the topic has them still, and no answer counts them. */
export class DeletedLines {
  readonly #places: ReadonlySet<string>

  private constructor(places: ReadonlySet<string>) {
    this.#places = places
  }

  /** Those of a range that were noted and are gone. */
  static async read(
    store: ClickHouseClient,
    { topic, partition, from, to }: Offsets & { topic: string; partition: number },
  ): Promise<DeletedLines> {
    const result = await store.query({
      query: `SELECT TopicOffset AS offset, line AS index FROM (
          SELECT DISTINCT TopicOffset, arrayJoin(arrayFlatten(arrayMap(run -> range(run.1, run.1 + run.2), Runs))) AS line
          FROM deleted_rows WHERE ${ofRange}
        ) AS noted
        WHERE (TopicOffset, line) GLOBAL NOT IN (
          SELECT TopicOffset, TopicIndex FROM otel_logs
          WHERE ${ofRange} AND TopicOffset GLOBAL IN (SELECT TopicOffset FROM deleted_rows WHERE ${ofRange})
        )`,
      query_params: { topic, partition, from, to },
      format: 'JSONEachRow',
    })
    const rows = await result.json<{ offset: string; index: string }>()
    return new DeletedLines(new Set(rows.map(({ offset, index }) => `${offset} ${index}`)))
  }

  has(offset: number, index: number): boolean {
    return this.#places.size > 0 && this.#places.has(`${offset} ${index}`)
  }
}

const ofRange = `Topic = {topic:String} AND TopicPartition = {partition:UInt32}
  AND TopicOffset >= {from:UInt64} AND TopicOffset < {to:UInt64}`
