import type { ClickHouseClient } from '@clickhouse/client'
import { codeOf, messageOf, OperatingError } from '../../lib/base/index.ts'
import type { Config } from '../config.ts'

interface RowsOptions {
  config: Config
  store: ClickHouseClient
}

/** Codes of ClickHouse as its client gives them. */
const unknownTable = '60'
const unknownDatabase = '81'
const loginRefused = new Set(['192', '193', '194', '516'])

/** Asks nothing of the rows, only whether they can be asked for. Errors: as `rowsByOffset`. */
export async function expectStore(options: RowsOptions): Promise<void> {
  await rowsByOffset(options, 0, { from: 0, to: 0 })
}

/** How many rows the store has for each record of a range of a partition. Errors: VERIFY_FAILED, with the remedy. */
export async function rowsByOffset(
  { config, store }: RowsOptions,
  partition: number,
  range: { from: number; to: number },
): Promise<Map<number, number>> {
  try {
    const result = await store.query({
      query: `SELECT toUInt64(TopicOffset) AS offset, count() AS rows FROM otel_logs
        WHERE Topic = {topic:String} AND TopicPartition = {partition:UInt32}
          AND TopicOffset >= {from:UInt64} AND TopicOffset < {to:UInt64}
        GROUP BY offset`,
      query_params: { topic: config.kafka.topics.logs, partition, ...range },
      format: 'JSONEachRow',
    })
    const counted = await result.json<{ offset: string | number; rows: string | number }>()
    return new Map(counted.map(row => [Number(row.offset), Number(row.rows)]))
  } catch (cause) {
    throw new OperatingError('VERIFY_FAILED', storeProblem(config.clickhouse.url, cause), { cause })
  }
}

function storeProblem(url: string, cause: unknown): string {
  const code = codeOf(cause) ?? ''
  if (code === unknownTable || code === unknownDatabase)
    return `the store at ${url} has no logs yet: start the aggregator, which makes the tables, or check clickhouse.database`
  if (loginRefused.has(code))
    return `the store at ${url} refuses the login: check clickhouse.username and clickhouse.password`
  return `cannot ask the store at ${url}: ${messageOf(cause)}; start it (millrace up or millrace store), or check clickhouse.url`
}
