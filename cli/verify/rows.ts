import type { ClickHouseClient } from '@clickhouse/client'
import { codeOf, messageOf, OperatingError } from '../../lib/base/index.ts'
import {
  anyTenantOf,
  readStoredRecord,
  type StoredRecord,
  type StoredRecordJson,
  storedRecordColumns,
} from '../../store/index.ts'
import type { Config } from '../config.ts'
import { plainCount } from '../human.ts'
import type { ProvenRow } from './record.ts'

export interface StoreOptions {
  config: Config
  store: ClickHouseClient
}

/** Records of the ledger read at once. */
export const recordsPerPage = 1_000

/** Deletions that a report names. */
const maxNotes = 100

/** Codes of ClickHouse as its client gives them. */
const unknownTable = '60'
const unknownDatabase = '81'
const loginRefused = new Set(['192', '193', '194', '516'])

/** Agents that the ledger knows. Errors: VERIFY_FAILED, with the remedy. */
export async function knownAgents(options: StoreOptions): Promise<string[]> {
  const rows = await ask<{ agent: string }>(
    options,
    `SELECT DISTINCT Agent AS agent FROM ledger WHERE Tenant = {tenant:String} AND Topic = {topic:String} AND Agent != ''
      ORDER BY agent`,
    {},
  )
  return rows.map(row => row.agent)
}

/** The first record of a partition that came in since then; undefined where none did. Errors: VERIFY_FAILED. */
export async function firstOffset(
  options: StoreOptions & { sinceMs: number },
  partition: number,
): Promise<number | undefined> {
  const [row] = await ask<{ offset: string }>(
    options,
    `SELECT toString(TopicOffset) AS offset FROM ledger
      WHERE Tenant = {tenant:String} AND Topic = {topic:String} AND TopicPartition = {partition:UInt32}
        AND IngestedAt >= fromUnixTimestamp64Milli({sinceMs:Int64})
      ORDER BY TopicOffset LIMIT 1`,
    { partition, sinceMs: options.sinceMs },
  )
  return row === undefined ? undefined : Number(row.offset)
}

/**
 * Records of a partition from an offset on, in order; of one offset all that there are. Errors: VERIFY_FAILED.
 */
export async function recordPage(
  options: StoreOptions,
  partition: number,
  range: { from: number; to: number },
): Promise<StoredRecord[]> {
  const rows = await ask<StoredRecordJson>(
    options,
    `SELECT ${storedRecordColumns} FROM ledger
      WHERE Tenant = {tenant:String} AND Topic = {topic:String} AND TopicPartition = {partition:UInt32}
        AND TopicOffset >= {from:UInt64} AND TopicOffset < {to:UInt64}
      ORDER BY TopicOffset LIMIT ${recordsPerPage} WITH TIES`,
    { partition, ...range },
  )
  return rows.map(readStoredRecord)
}

/** Offsets of a partition whose records could not be read and were put back later, so that they could be. */
export async function replayedOffsets(options: StoreOptions, partition: number): Promise<Set<number>> {
  const rows = await ask<{ offset: string }>(
    options,
    `SELECT DISTINCT ReplayOf AS offset FROM ledger
      WHERE Tenant = {tenant:String} AND Topic = {topic:String} AND TopicPartition = {partition:UInt32}
        AND ReplayOf != '' AND Error = ''`,
    { partition },
  )
  return new Set(rows.map(row => Number(row.offset)))
}

/** Rows of each record of a range that were taken out of the store, with a note. Errors: VERIFY_FAILED. */
export async function deletedByOffset(
  options: StoreOptions,
  partition: number,
  range: { from: number; to: number },
): Promise<Map<number, number>> {
  const found = await ask<{ offset: string; rows: string }>(
    options,
    `SELECT toString(TopicOffset) AS offset, toString(sum(Rows)) AS rows FROM deleted_rows
      WHERE Topic = {topic:String} AND TopicPartition = {partition:UInt32}
        AND TopicOffset >= {from:UInt64} AND TopicOffset < {to:UInt64} GROUP BY TopicOffset`,
    { partition, ...range },
  )
  return new Map(found.map(row => [Number(row.offset), Number(row.rows)]))
}

/** What was taken out, by whom and why, the newest first. Errors: VERIFY_FAILED. */
export async function deletionNotes(options: StoreOptions): Promise<string[]> {
  const found = await ask<{ at: string; by: string; reason: string; rows: string }>(
    options,
    `SELECT formatDateTime(DeletedAt, '%FT%TZ', 'UTC') AS at, DeletedBy AS by, Reason AS reason, toString(Rows) AS rows
      FROM deletions WHERE Tenant = {tenant:String} ORDER BY DeletedAt DESC LIMIT ${maxNotes}`,
    {},
  )
  return found.map(
    ({ at, by, reason, rows }) => `deleted: ${plainCount(Number(rows), 'line')} at ${at} by ${by}: ${reason}`,
  )
}

const ofRange = `${anyTenantOf} AND Topic = {topic:String} AND TopicPartition = {partition:UInt32}
    AND TopicOffset >= {from:UInt64} AND TopicOffset < {to:UInt64} AND EventName != 'millrace.undecodable'`

/** How many rows the store has for each record of a range of a partition. Errors: VERIFY_FAILED. */
export async function rowsByOffset(
  options: StoreOptions,
  partition: number,
  range: { from: number; to: number },
): Promise<Map<number, number>> {
  const counted = await ask<{ offset: string; rows: string }>(
    options,
    `SELECT toString(TopicOffset) AS offset, toString(count()) AS rows FROM otel_logs WHERE ${ofRange} GROUP BY TopicOffset`,
    { partition, ...range },
  )
  return new Map(counted.map(row => [Number(row.offset), Number(row.rows)]))
}

/** The rows of a range of a partition in order, as they stream in. Errors: VERIFY_FAILED. */
export async function* rowsInOrder(
  options: StoreOptions,
  partition: number,
  range: { from: number; to: number },
): AsyncIterable<ProvenRow> {
  const sql = `SELECT toString(TopicOffset), TopicIndex, ServiceName, LogFilePath, base64Encode(Original)
    FROM otel_logs WHERE ${ofRange} ORDER BY TopicOffset, TopicIndex`
  try {
    const result = await options.store.query({
      query: sql,
      query_params: { ...scopeOf(options), partition, ...range },
      format: 'JSONCompactEachRow',
    })
    for await (const rows of result.stream<[string, number, string, string, string]>()) {
      for (const row of rows) {
        const [offset, index, service, path, original] = row.json()
        yield { offset: Number(offset), index, service, path, original: Buffer.from(original, 'base64') }
      }
    }
  } catch (cause) {
    throw failed(options, cause)
  }
}

async function ask<T>(
  options: StoreOptions,
  query: string,
  params: Record<string, string | number>,
): Promise<T[]> {
  try {
    const result = await options.store.query({
      query,
      query_params: { ...scopeOf(options), ...params },
      format: 'JSONEachRow',
    })
    return await result.json<T>()
  } catch (cause) {
    throw failed(options, cause)
  }
}

function scopeOf({ config }: StoreOptions) {
  return { tenant: config.tenant, topic: config.kafka.topics.logs }
}

function failed({ config }: StoreOptions, cause: unknown): OperatingError {
  return new OperatingError('VERIFY_FAILED', storeProblem(config.clickhouse.url, cause), { cause })
}

function storeProblem(url: string, cause: unknown): string {
  const code = codeOf(cause) ?? ''
  if (code === unknownTable || code === unknownDatabase)
    return `the store at ${url} has no logs yet: start the aggregator, which makes the tables, or check clickhouse.database`
  if (loginRefused.has(code))
    return `the store at ${url} refuses the login: check clickhouse.username and clickhouse.password`
  return `cannot ask the store at ${url}: ${messageOf(cause)}; start it (millrace up or millrace store), or check clickhouse.url`
}
