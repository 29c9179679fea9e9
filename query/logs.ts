import type { ClickHouseSettings } from '@clickhouse/client'
import { LabelName, type LogQuery } from '../lib/logql/index.ts'
import { logMessage } from '../lib/otlp/index.ts'
import type { LogLine } from './api/schemas.ts'
import { encodeCursor, formatPosition, type Position } from './cursor.ts'
import { lineScope } from './line-scope.ts'
import { columnsFor } from './log-fields.ts'
import { toSql, whereSql } from './logql-sql.ts'
import { rangeParams, timeRange } from './range.ts'
import { shapesFor } from './read-shapes.ts'
import type { SqlParams, StoreCost, StoreReader } from './store-reader.ts'

export interface LogSearch {
  query: LogQuery
  tenant: string
  /** Included. */
  startNs: bigint
  /** Excluded. */
  endNs: bigint
  limit: number
  direction: 'backward' | 'forward'
  after: Position | undefined
  /** Of each line what is read; undefined: everything. */
  fields?: readonly string[] | undefined
}

export interface LogPage {
  logs: LogLine[]
  /** Cursor to the next page; null at the end. */
  next: string | null
  /** Lines of this page that came in more than a minute after their own time. */
  late: number
  cost: StoreCost
}

/** A row as the store gives it. */
export interface LogRow {
  timestamp: string
  body: string
  level: string
  severity: string
  service: string
  host: string
  resource: Record<string, string>
  attributes: Record<string, string>
  traceId: string
  spanId: string
  topic: string
  partition: number
  offset: string
  index: number
  /** Of the instrumentation: what made the line. */
  scope: string
  scopeVersion: string
  late: 0 | 1
}

const columns = columnsFor(undefined)
const place = 'TopicPartition, TopicOffset, TopicIndex'

/** One page of lines, newest or oldest first, in the exact order of time and place in the topic. */
export async function searchLogs(
  reader: StoreReader,
  search: LogSearch,
  signal: AbortSignal,
): Promise<LogPage> {
  const { sql, params } = await searchStatement(reader, search, signal)
  const { rows, cost } = await reader.rows<LogRow>(sql, params, signal, isPlain(search) ? fewSettings : {})
  const last = rows.length === search.limit ? rows.at(-1) : undefined
  return {
    logs: rows.map(toLogLine),
    next: last === undefined ? null : encodeCursor(positionOf(last)),
    late: rows.filter(row => row.late === 1).length,
    cost,
  }
}

/** A page that the order of the table has at once: two threads would each read all of it, a little of many files. */
const fewSettings: ClickHouseSettings = { max_threads: 1, max_read_buffer_size: '65536' }

function isPlain({ query: { matchers, stages } }: LogSearch): boolean {
  const { length } = matchers.filter(m => m.operator !== '=' || new LabelName(m.label).column !== 'service')
  return length === 0 && stages.length === 0
}

/** What the store is asked for one page. */
export async function searchStatement(
  reader: StoreReader,
  search: LogSearch,
  signal: AbortSignal,
): Promise<{ sql: string; params: SqlParams }> {
  const condition = toSql(search.query, await shapesFor(reader, search, signal, { isPage: true }))
  const order = search.direction === 'backward' ? 'DESC' : 'ASC'
  const range = search.after === undefined ? timeRange : `${timeRange} AND ${beyond(search.direction)}`
  const sql = `SELECT ${columnsFor(search.fields)} FROM otel_logs
    ${whereSql(range, condition)}
    ORDER BY toStartOfFiveMinutes(Timestamp) ${order}, Timestamp ${order},
      TopicPartition ${order}, TopicOffset ${order}, TopicIndex ${order}
    LIMIT {limit:UInt32}`
  const params = {
    ...condition.params,
    ...rangeParams(search),
    ...(search.after === undefined ? {} : positionParams(search.after)),
    limit: search.limit,
  }
  return { sql, params }
}

/** The lines before and after one, out of the same source: the same partition, service, host and file. */
export async function logContext(
  reader: StoreReader,
  tenant: string,
  of: Position,
  counts: { before: number; after: number },
  signal: AbortSignal,
): Promise<{ before: LogLine[]; line: LogLine | undefined; after: LogLine[] }> {
  const windowNs = 6n * 3_600_000_000_000n
  const range = {
    tenant,
    startNs: of.timestampNs > windowNs ? of.timestampNs - windowNs : 0n,
    endNs: of.timestampNs + windowNs,
  }
  const params = { ...rangeParams(range), ...positionParams(of) }
  const here = `TopicPartition = {p:UInt32} AND TopicOffset = {o:UInt64} AND TopicIndex = {i:UInt32}`
  const found = await reader.rows<LogRow>(
    `SELECT ${columns} FROM otel_logs WHERE ${timeRange} AND ${here}`,
    params,
    signal,
  )
  const line = found.rows[0]
  if (line === undefined) return { before: [], line: undefined, after: [] }
  const source = { service: line.service, host: line.host, file: line.attributes['log.file.path'] ?? '' }
  const neighbours = async (comparison: '<' | '>', order: 'DESC' | 'ASC', limit: number) => {
    const sql = `SELECT ${columns} FROM otel_logs
      WHERE ${timeRange} AND TopicPartition = {p:UInt32} AND ServiceName = {service:String} AND Host = {host:String}
        AND LogFilePath = {file:String}
        AND (TopicOffset, TopicIndex) ${comparison} ({o:UInt64}, {i:UInt32})
      ORDER BY TopicOffset ${order}, TopicIndex ${order} LIMIT {limit:UInt32}`
    const { rows } = await reader.rows<LogRow>(sql, { ...params, ...source, limit }, signal)
    return rows.map(toLogLine)
  }
  const [before, after] = await Promise.all([
    neighbours('<', 'DESC', counts.before),
    neighbours('>', 'ASC', counts.after),
  ])
  return { before: before.reverse(), line: toLogLine(line), after }
}

function beyond(direction: 'backward' | 'forward'): string {
  const position = '(fromUnixTimestamp64Nano({ns:Int64}), {p:UInt32}, {o:UInt64}, {i:UInt32})'
  return `(Timestamp, ${place}) ${direction === 'backward' ? '<' : '>'} ${position}`
}

function positionParams(position: Position): SqlParams {
  return { ns: position.timestampNs, p: position.partition, o: position.offset, i: position.index }
}

export function positionOf(row: LogRow): Position {
  return {
    timestampNs: BigInt(row.timestamp),
    partition: row.partition,
    offset: BigInt(row.offset),
    index: row.index,
  }
}

export function toLogLine(row: LogRow): LogLine {
  const { timestamp, body, level, severity, service, host, resource, attributes, traceId, spanId } = row
  const source = { topic: row.topic, partition: row.partition, offset: row.offset, index: row.index }
  const id = formatPosition(positionOf(row))
  return {
    id,
    timestamp,
    body,
    message: logMessage(attributes, body),
    level,
    severity,
    service,
    host,
    resource,
    attributes,
    ...lineScope(row),
    traceId,
    spanId,
    source,
  }
}
