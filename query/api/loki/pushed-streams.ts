import type { LogQuery } from '../../../lib/logql/index.ts'
import { pushedScope } from '../../logql/row-labels.ts'
import { toSql } from '../../logql-sql.ts'
import { rangeParams, timeRange } from '../../range.ts'
import { shapesFor } from '../../read-shapes.ts'
import type { StoreReader } from '../../store-reader.ts'
import type { StreamColumn } from '../../streams.ts'
import type { Range } from './parameters.ts'

/** A stream that was pushed to Loki's API, and by what it stands among all streams. */
export interface PushedStream extends Record<StreamColumn, string> {
  /** Those that it was pushed with, and `service_name`. */
  labels: Record<string, string>
}

/** Streams are looked for in so many of the newest lines. */
const maxLooked = 200_000
const maxStreams = 10_000

/** The streams of pushed lines. Costs one column of the newest lines, and next to nothing where nothing was pushed. */
export async function pushedStreams(
  reader: StoreReader,
  search: { query: LogQuery; tenant: string } & Range,
  signal: AbortSignal,
): Promise<PushedStream[]> {
  if (search.startNs >= search.endNs) return []
  const condition = toSql(search.query, await shapesFor(reader, search, signal))
  const { rows } = await reader.rows<Record<StreamColumn, string> & { resource: Record<string, string> }>(
    `SELECT DISTINCT ServiceName, Host, Level, ResourceAttributes AS resource FROM
      (SELECT ServiceName, Host, Level, ResourceAttributes FROM otel_logs
        WHERE ScopeName = '${pushedScope}' AND ${timeRange} AND ${condition.sql}
        ORDER BY toStartOfFiveMinutes(Timestamp) DESC LIMIT ${maxLooked})
      LIMIT ${maxStreams}`,
    { ...condition.params, ...rangeParams(search) },
    signal,
  )
  return rows.map(({ resource, ...stream }) => ({
    ...stream,
    labels: {
      ...labelsIn(resource),
      ...(stream.ServiceName === '' ? {} : { service_name: stream.ServiceName }),
    },
  }))
}

/** How many values each label of pushed streams has. */
export function pushedValues(streams: readonly PushedStream[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { labels } of streams)
    for (const [name, value] of Object.entries(labels)) {
      const values = found.get(name) ?? new Set()
      found.set(name, values.add(value))
    }
  return found
}

function labelsIn(resource: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(resource).filter(([key, value]) => /^\w+$/.test(key) && value !== ''),
  )
}
